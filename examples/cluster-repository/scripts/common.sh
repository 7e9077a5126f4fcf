# Read by the other scripts: settings with their defaults, and what several of them need. It runs nothing by itself.
set -eu
export LC_ALL=C # one order everywhere

CALLED_FROM=$PWD
cd "$(dirname "$0")/.."

without_password() { # ADDRESS: CI writes one into those of repositories, and it must not be told
  printf '%s\n' "$1" | sed 's|//[^/@]*@|//|'
}

# ---- settings; the environment wins
CLUSTERS=${CLUSTERS:-clusters} # folder of the cluster files
SHAPE=${SHAPE:-manifests}      # what is published, as `soperator-metrics export --help` lists it
DIST=${DIST:-dist}             # what is rendered lies here until it is published
METRICS=${METRICS:-node_modules/.bin/soperator-metrics}
# where provenance says that sources and builds are
SOURCE_URL=$(without_password "${SOURCE_URL:-$(git config --get remote.origin.url || true)}")
BUILD_URL=${BUILD_URL:-${CI_JOB_URL:-${GITHUB_RUN_ID:+$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID}}}
BUILDER_ID=${BUILDER_ID:-${CI_SERVER_URL:-${GITHUB_WORKFLOW_REF:+$GITHUB_SERVER_URL/$GITHUB_WORKFLOW_REF}}}

# ---- what several need
ME=scripts/$(basename "$0")

fail() { # EXIT_CODE MESSAGE
  echo "$ME: $2" >&2
  exit "$1"
}

help() { # the comment at the head of the script
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
}

# Answers --help; everything beyond the arguments that a script knows is wrong usage.
at_most() { # COUNT ARGUMENTS...
  most=$1
  shift
  for argument in "$@"; do
    case $argument in --help | -h) help && exit 0 ;; esac
  done
  [ $# -le "$most" ] || fail 2 "got $*, expected at most $most; $ME --help tells more"
}

sums() { # sha256sum, or what stands for it
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}

clusters() { # their names
  (cd "$DIST/files" && for folder in */; do echo "${folder%/}"; done)
}

# What is published was rendered as a whole, is as it was rendered, and is what a commit says.
rendered() {
  [ -s "$DIST/revision" ] || fail 1 "nothing is rendered in $DIST/, so nothing is published; run scripts/render, and mend what it says"
  for folder in files oci; do
    (cd "$DIST/$folder" && sums -c SHA256SUMS >/dev/null) || fail 1 "$DIST/$folder is not what was rendered, so nothing is published; run scripts/render"
  done
  [ ! -s "$DIST/uncommitted" ] || fail 1 "rendered from files that are in no commit, so nothing is published; commit them, then run scripts/render:
$(cat "$DIST/uncommitted")"
  REVISION=$(cat "$DIST/revision")
  [ "$REVISION" = "$(git rev-parse HEAD)" ] || fail 1 "$DIST/ was rendered from $REVISION, which is not what is checked out, so nothing is published; run scripts/render"
}

digest_of() { # CLUSTER: of its artifact
  node -p 'JSON.parse(fs.readFileSync(process.argv[1])).manifests[0].digest' "$DIST/oci/$1/index.json"
}

layer_of() { # CLUSTER: digest of the archive in its artifact, without sha256:
  manifest=$(digest_of "$1")
  node -p 'JSON.parse(fs.readFileSync(process.argv[1])).layers[0].digest.slice(7)' "$DIST/oci/$1/blobs/sha256/${manifest#*:}"
}

provenance() { # NAME SHA256 CLUSTER: a statement of how that was made
  SOURCE_URL=$SOURCE_URL BUILD_URL=$BUILD_URL BUILDER_ID=$BUILDER_ID REVISION=$REVISION CLUSTERS=$CLUSTERS SHAPE=$SHAPE \
    node scripts/provenance.mjs "$@"
}

told() { # true or false: whether something was published, for the steps after this one
  [ -z "${GITHUB_OUTPUT:-}" ] || echo "published=$1" >>"$GITHUB_OUTPUT"
}
