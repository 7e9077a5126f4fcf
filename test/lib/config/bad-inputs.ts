/** A cluster file that is wrong, and everything that is said about it. */
export interface BadInput {
  /** What is wrong. */
  readonly of: string;
  /** The lines of the file. */
  readonly yaml: readonly string[];
  /** The lines of the message. */
  readonly says: readonly string[];
}

/** Wrong files, by what they are wrong about. */
export const BAD_INPUTS: { readonly [about: string]: readonly BadInput[] } = {
  'files that are no YAML, or not of one cluster': [
    {
      of: 'an empty file',
      yaml: [],
      says: ["c.yaml:1:1: got an empty file, expected the options of one cluster; write 'cluster: soperator' as its first line"],
    },
    {
      of: 'a file of comments',
      yaml: ['# cluster: a'],
      says: ["c.yaml:1:1: got an empty file, expected the options of one cluster; write 'cluster: soperator' as its first line"],
    },
    {
      of: 'a list',
      yaml: ['- cluster: a'],
      says: ["c.yaml:1:1: got a list, expected options; write 'cluster: soperator' as its first line"],
    },
    {
      of: 'a name alone',
      yaml: ['soperator'],
      says: ['c.yaml:1:1: got "soperator", expected options; write \'cluster: soperator\' as its first line'],
    },
    {
      of: 'two documents',
      yaml: ['cluster: a', '---', 'cluster: b'],
      says: ['c.yaml:2:1: got a second document, expected one cluster in a file; move it to a file of its own, or remove the ---'],
    },
    {
      of: 'a tab',
      yaml: ['cluster: a', 'vmSingle:', '\tretentionPeriod: 30d'],
      says: ['c.yaml:3:1: got a tab, expected spaces at the beginning of a line; put two spaces for each level'],
    },
    {
      of: 'a line that is indented like none above',
      yaml: ['cluster: a', 'vmSingle:', '  storageSize: 30Gi', ' retentionPeriod: 30d'],
      says: [
        'c.yaml:4:1: got an indentation that fits no line above, expected options of one map in one column; indent it like its neighbours',
      ],
    },
    {
      of: 'a bracket that is not closed',
      yaml: ['cluster: a', 'platform: [soperator', 'strict: true'],
      says: ['c.yaml:3:1: got the end of the list or map, expected a closing ]; close the bracket'],
    },
    {
      of: 'a quote that is not closed',
      yaml: ['cluster: "a'],
      says: ['c.yaml:2:1: got a text that does not end, expected a closing quote; put the same quote at both ends'],
    },
    {
      of: 'a colon in a value',
      yaml: ['cluster: a: b'],
      says: [
        "c.yaml:1:10: got a key behind another value, expected one 'key: value' a line; put a value that holds ': ' in quotes, or indent a line like its neighbours",
      ],
    },
    {
      of: 'a section and an option in one line',
      yaml: ['cluster: a', 'vmSingle: storageSize: 30Gi'],
      says: [
        "c.yaml:2:11: got a key behind another value, expected one 'key: value' a line; put a value that holds ': ' in quotes, or indent a line like its neighbours",
      ],
    },
    {
      of: 'no space after a colon',
      yaml: ['cluster: a', 'vmSingle:', '  storageSize:30Gi', '  retentionPeriod: 3d'],
      says: ['c.yaml:3:3: got "storageSize:30Gi", expected \'key: value\'; write a colon and a space after the name'],
    },
    {
      of: 'a reserved character',
      yaml: ['cluster: @a'],
      says: ["c.yaml:1:10: got a value that begins with @, expected text in quotes; put the value in single quotes: '…'"],
    },
    {
      of: 'an escape that YAML does not know',
      yaml: ['cluster: "a\\q"'],
      says: ['c.yaml:1:12: got \\ in double quotes, expected an escape that YAML knows; use single quotes, in which a backslash is one'],
    },
    {
      of: 'an older YAML',
      yaml: ['%YAML 1.1', '---', 'cluster: a'],
      says: ['c.yaml:1:1: got YAML 1.1, expected YAML 1.2; remove the line'],
    },
    {
      of: 'a directive',
      yaml: ['%TAG ! x:', '%FOO', '---', 'cluster: a'],
      says: ['c.yaml:2:1: got a directive, expected options; remove the line, or put the value in quotes'],
    },
    {
      of: 'a tag',
      yaml: ['cluster: !name a'],
      says: ['c.yaml:1:10: got the tag !name, expected a plain value; remove the tag'],
    },
    {
      of: 'a tag of YAML that a cluster has no use for',
      yaml: ['cluster: !!binary aGk='],
      says: ['c.yaml:1:19: cluster: got the tag !!binary, expected a plain value; remove the tag'],
    },
    {
      of: 'a map as a key',
      yaml: ['cluster: a', '? [scale]', ': 3'],
      says: ['c.yaml:2:3: got a key that is no text, expected names of options as keys; write the name of an option'],
    },
    {
      of: 'a key twice',
      yaml: ['cluster: a', 'scale:', '  nodes: 1', '  pods: 30', '  nodes: 2'],
      says: ['c.yaml:5:3: scale.nodes: got a second value, expected one value (the first is in line 3); remove one of the two'],
    },
    {
      of: 'a key that objects have by themselves',
      yaml: ['cluster: a', '__proto__: {strict: true}'],
      says: ['c.yaml:2:1: __proto__: got a reserved name, expected the name of an option; remove it'],
    },
    {
      of: 'an alias of nothing',
      yaml: ['cluster: a', 'vmSingle: {storageSize: *count}'],
      says: ['c.yaml:2:25: vmSingle.storageSize: got *count, expected an anchor further up; write &count before the value that is meant'],
    },
    {
      of: 'an alias inside of its anchor',
      yaml: ['cluster: a', 'vmAgent: &agent', '  userScrapes: *agent'],
      says: ['c.yaml:3:16: vmAgent.userScrapes.userScrapes: got *agent inside of &agent, expected a value that ends; write the value out'],
    },
    {
      of: 'aliases that stand for a million values',
      yaml: [
        'cluster: a',
        'a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9, 0]',
        'b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]',
        'c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]',
        'd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]',
        'e: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]',
      ],
      says: [
        'c.yaml:5:36: d[7]: got aliases of aliases, expected aliases that stand for at most 10000 values in a file; write the values out',
      ],
    },
    {
      of: 'a merge key',
      yaml: ['cluster: a', 'vmSingle: &sizes {scale: {nodes: 3}}', 'vmAgent: {<<: *sizes}'],
      says: [
        'c.yaml:3:11: vmAgent["<<"]: got a merge key, which YAML 1.2 does not have, expected an option of vmAgent; write the options out',
      ],
    },
  ],
  'names of options': [
    {
      of: 'an option that is missing',
      yaml: ['strict: true'],
      says: [
        'c.yaml:1:1: cluster: got nothing, expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; write prod-eu-1',
      ],
    },
    {
      of: 'a slip in an option of the pipeline',
      yaml: ['clustr: a'],
      says: ['c.yaml:1:1: clustr: got an unknown option, expected an option of the pipeline; did you mean cluster?'],
    },
    {
      of: 'a slip in an option of a part',
      yaml: ['cluster: a', 'slurmExporter:', '  enabled: true', '  scrapeIntervall: 15s'],
      says: [
        'c.yaml:4:3: slurmExporter.scrapeIntervall: got an unknown option, expected an option of slurmExporter; did you mean scrapeInterval?',
      ],
    },
    {
      of: 'snake case',
      yaml: ['cluster: a', 'vmSingle: {retention_period: 30d}'],
      says: [
        'c.yaml:2:12: vmSingle.retention_period: got an unknown option, expected an option of vmSingle; did you mean retentionPeriod?',
      ],
    },
    {
      of: 'the name of the prop',
      yaml: ['cluster: a', 'platforms: [soperator]'],
      says: ['c.yaml:2:1: platforms: got an unknown option, expected an option of the pipeline; did you mean platform?'],
    },
    {
      of: 'the name of another prop',
      yaml: ['cluster: a', 'destinations: []'],
      says: ['c.yaml:2:1: destinations: got an unknown option, expected an option of the pipeline; did you mean remoteWrite?'],
    },
    {
      of: 'what only a program can give',
      yaml: ['cluster: a', 'sources: []'],
      says: [
        'c.yaml:2:1: sources: got an unknown option, expected an option of the pipeline; give sources of your own in a program that imports the library',
      ],
    },
    {
      of: 'an option of another part',
      yaml: ['cluster: a', 'retentionPeriod: 30d'],
      says: [
        'c.yaml:2:1: retentionPeriod: got an unknown option, expected an option of the pipeline; did you mean vmSingle.retentionPeriod?',
      ],
    },
    {
      of: 'an option one level too high',
      yaml: ['cluster: a', 'vmAgent:', '  requireLabel: true'],
      says: [
        'c.yaml:3:3: vmAgent.requireLabel: got an unknown option, expected an option of vmAgent; did you mean userScrapes.requireLabel?',
      ],
    },
    {
      of: 'a word that no option is like',
      yaml: ['cluster: a', 'grafana: {colour: red}'],
      says: [
        'c.yaml:2:11: grafana.colour: got an unknown option, expected an option of grafana; take one of those in pipeline.yaml, or remove it',
      ],
    },
    {
      of: 'a word that no option of few is like',
      yaml: ['cluster: a', 'namespaces: {jobs: x}'],
      says: [
        'c.yaml:2:14: namespaces.jobs: got an unknown option, expected one of monitoring, slurm, soperatorSystem, nodeExporter, alsoMonitored, monitoringPodSecurity; take one of these, or remove it',
      ],
    },
    {
      of: 'a word that every object of a program knows',
      yaml: ['cluster: a', 'constructor: b'],
      says: [
        'c.yaml:2:1: constructor: got an unknown option, expected an option of the pipeline; take one of those in pipeline.yaml, or remove it',
      ],
    },
    {
      of: 'a number as a key',
      yaml: ['cluster: a', '1: 2'],
      says: [
        'c.yaml:2:1: ["1"]: got an unknown option, expected an option of the pipeline; take one of those in pipeline.yaml, or remove it',
      ],
    },
    {
      of: 'an option in a list',
      yaml: ['cluster: a', 'vmAgent:', '  tolerations:', '    - {kee: a}'],
      says: [
        'c.yaml:4:8: vmAgent.tolerations[0].kee: got an unknown option, expected an option of vmAgent.tolerations[0]; did you mean key?',
      ],
    },
  ],
  sections: [
    {
      of: 'a section that is empty, because its options are comments',
      yaml: ['cluster: a', 'vmAgent:', '  # shards: 3'],
      says: ["c.yaml:2:1: vmAgent: got nothing, expected options below it; write them as 'key: value', or remove the key"],
    },
    {
      of: 'a section that is switched off in short',
      yaml: ['cluster: a', 'grafana: false'],
      says: ['c.yaml:2:10: grafana: got false, expected options below it; write {enabled: false}'],
    },
    {
      of: 'a section that is text',
      yaml: ['cluster: a', 'kubelet: cadvisor'],
      says: ['c.yaml:2:10: kubelet: got "cadvisor", expected options below it; write them as \'key: value\', or remove the key'],
    },
    {
      of: 'a section that is a list',
      yaml: ['cluster: a', 'vmOperator: [deploy]'],
      says: ["c.yaml:2:13: vmOperator: got a list, expected options below it; write them as 'key: value', or remove the key"],
    },
  ],
  'the pipeline': [
    {
      of: 'a name with capitals',
      yaml: ['cluster: Prod_EU'],
      says: [
        'c.yaml:1:10: cluster: got "Prod_EU", expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; write prod-eu',
      ],
    },
    {
      of: 'a name that is a number',
      yaml: ['cluster: 12'],
      says: ["c.yaml:1:10: cluster: got 12, expected text; put it in quotes: '12'"],
    },
    {
      of: 'a name that is empty',
      yaml: ['cluster:'],
      says: [
        'c.yaml:1:1: cluster: got nothing, expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; write prod-eu-1',
      ],
    },
    {
      of: 'a name that is too long',
      yaml: ['cluster: abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc'],
      says: [
        'c.yaml:1:10: cluster: got "abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc…", expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; write abcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabcabc',
      ],
    },
    {
      of: 'a SLURM cluster with dots',
      yaml: ['cluster: a', 'slurmCluster: soperator.eu'],
      says: [
        'c.yaml:2:15: slurmCluster: got "soperator.eu", expected a name of at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends; write soperator-eu',
      ],
    },
    {
      of: 'a number in quotes',
      yaml: ['cluster: a', 'scale: {nodes: "10"}'],
      says: ['c.yaml:2:16: scale.nodes: got "10", expected a whole number of 1 to 10000; write 10 without quotes'],
    },
    {
      of: 'no node at all',
      yaml: ['cluster: a', 'scale: {nodes: 0}'],
      says: ['c.yaml:2:16: scale.nodes: got 0, expected a whole number of 1 to 10000; count the nodes that the cluster grows to'],
    },
    {
      of: 'more nodes than are foreseen',
      yaml: ['cluster: a', 'scale: {nodes: 20000}'],
      says: ['c.yaml:2:16: scale.nodes: got 20000, expected a whole number of 1 to 10000; count the nodes that the cluster grows to'],
    },
    {
      of: 'half a node',
      yaml: ['cluster: a', 'vmAgent: {scale: {nodes: 1.5}}'],
      says: ['c.yaml:2:26: vmAgent.scale.nodes: got 1.5, expected a whole number of 1 to 10000; count the nodes that the cluster grows to'],
    },
    {
      of: 'GPUs by their kind',
      yaml: ['cluster: a', 'scale: {gpusPerNode: H100}'],
      says: [
        'c.yaml:2:22: scale.gpusPerNode: got "H100", expected a whole number of 0 to 64; count the GPUs of one node; 0 where there are none',
      ],
    },
    {
      of: 'less than no GPU',
      yaml: ['cluster: a', 'scale: {gpusPerNode: -1}'],
      says: [
        'c.yaml:2:22: scale.gpusPerNode: got -1, expected a whole number of 0 to 64; count the GPUs of one node; 0 where there are none',
      ],
    },
    {
      of: 'a node without CPUs',
      yaml: ['cluster: a', 'vmSingle:', '  scale: {cpusPerNode: 0}'],
      says: [
        'c.yaml:3:24: vmSingle.scale.cpusPerNode: got 0, expected a whole number of 1 to 1024; count the CPUs of one node as nproc does',
      ],
    },
    {
      of: 'no pod at all',
      yaml: ['cluster: a', 'scale: {nodes: 10, pods: 0}'],
      says: [
        'c.yaml:2:26: scale.pods: got 0, expected a whole number of 1 to 1000000; count the pods of all namespaces, or leave it out for 30 a node',
      ],
    },
    {
      of: 'a scale that is a number',
      yaml: ['cluster: a', 'scale: 100'],
      says: ['c.yaml:2:8: scale: got 100, expected what the cluster grows to; write {nodes: 10}'],
    },
    {
      of: 'a slip in a scale',
      yaml: ['cluster: a', 'scale: {node: 10}'],
      says: ['c.yaml:2:9: scale.node: got an unknown option, expected an option of scale; did you mean nodes?'],
    },
    {
      of: 'the number of nodes outside of the scale',
      yaml: ['cluster: a', 'nodes: 250', 'vmAgent: {nodes: 300}', 'vmSingle: {nodes: 400}'],
      says: [
        'c.yaml:2:1: nodes: got an unknown option, expected an option of the pipeline; write scale: {nodes: …}',
        'c.yaml:3:11: vmAgent.nodes: got an unknown option, expected an option of vmAgent; write scale: {nodes: …}',
        'c.yaml:4:12: vmSingle.nodes: got an unknown option, expected an option of vmSingle; write scale: {nodes: …}',
      ],
    },
    {
      of: 'an unknown mode',
      yaml: ['cluster: a', 'mode: stand-alone'],
      says: ['c.yaml:2:7: mode: got "stand-alone", expected one of operator, standalone; did you mean standalone?'],
    },
    {
      of: 'a mode of one part',
      yaml: ['cluster: a', 'vmAgent: {mode: standalone}', 'vmSingle: {mode: operator}'],
      says: [
        'c.yaml:2:11: vmAgent.mode: got an unknown option, expected an option of vmAgent; write mode at the top of the file, where it counts for agent and store',
        'c.yaml:3:12: vmSingle.mode: got an unknown option, expected an option of vmSingle; write mode at the top of the file, where it counts for agent and store',
      ],
    },
    {
      of: 'where scrapes of users are, which nobody reads without the operator',
      yaml: [
        'cluster: a',
        'mode: standalone',
        'vmAgent:',
        '  userScrapes:',
        '    namespaces: [team-a]',
        '    targetNamespaces: [team-b]',
        '    requireLabel: false',
      ],
      says: [
        'c.yaml:5:17: vmAgent.userScrapes.namespaces: got a list, expected to be left out in mode standalone, where no operator reads scrapes of users; remove it, or write mode: operator',
        'c.yaml:6:23: vmAgent.userScrapes.targetNamespaces: got a list, expected to be left out in mode standalone, where no operator reads scrapes of users; remove it, or write mode: operator',
        'c.yaml:7:19: vmAgent.userScrapes.requireLabel: got false, expected to be left out in mode standalone, where no operator reads scrapes of users; remove it, or write mode: operator',
      ],
    },
    {
      of: 'a truth of older YAML',
      yaml: ['cluster: a', 'strict: yes'],
      says: ['c.yaml:2:9: strict: got "yes", expected true or false; write true without quotes'],
    },
    {
      of: 'a truth in quotes',
      yaml: ['cluster: a', 'publicEndpointEnabled: "false"'],
      says: ['c.yaml:2:24: publicEndpointEnabled: got "false", expected true or false; write false without quotes'],
    },
    {
      of: 'a number for a truth',
      yaml: ['cluster: a', 'strict: 1'],
      says: ['c.yaml:2:9: strict: got 1, expected true or false; write one of the two without quotes'],
    },
    {
      of: 'a slip in a platform',
      yaml: ['cluster: a', 'platform: soperatr'],
      says: ['c.yaml:2:11: platform: got "soperatr", expected one of none, soperator, gpu-operator; did you mean soperator?'],
    },
    {
      of: 'a slip in one of several platforms',
      yaml: ['cluster: a', 'platform: [gpu-operator, soperater]'],
      says: ['c.yaml:2:26: platform[1]: got "soperater", expected one of none, soperator, gpu-operator; did you mean soperator?'],
    },
    {
      of: 'no platform beside another',
      yaml: ['cluster: a', 'platform: [soperator, none]'],
      says: ['c.yaml:2:23: platform[1]: got "none", expected none to stand alone; remove it, or the others'],
    },
    {
      of: 'a platform twice',
      yaml: ['cluster: a', 'platform: [soperator, soperator]'],
      says: ['c.yaml:2:23: platform[1]: got "soperator", expected each platform once; remove it'],
    },
    {
      of: 'a platform as a number',
      yaml: ['cluster: a', 'platform: 3'],
      says: ['c.yaml:2:11: platform: got 3, expected one of none, soperator, gpu-operator; take one of these'],
    },
    {
      of: 'an empty list of platforms',
      yaml: ['cluster: a', 'platform: []'],
      says: ['c.yaml:2:11: platform: got an empty list, expected a list of 1 or more; write [soperator]'],
    },
    {
      of: 'a namespace with an underscore',
      yaml: ['cluster: a', 'namespaces:', '  slurm: slurm_jobs'],
      says: [
        'c.yaml:3:10: namespaces.slurm: got "slurm_jobs", expected a name of at most 63 lower-case letters, digits and dashes, with a letter or digit at both ends; write slurm-jobs',
      ],
    },
    {
      of: 'a namespace in place of a list of them',
      yaml: ['cluster: a', 'namespaces: {alsoMonitored: team-a}'],
      says: ['c.yaml:2:29: namespaces.alsoMonitored: got "team-a", expected a list; write [team-a]'],
    },
    {
      of: 'an unknown level of Pod Security',
      yaml: ['cluster: a', 'namespaces: {monitoringPodSecurity: none}'],
      says: [
        'c.yaml:2:37: namespaces.monitoringPodSecurity: got "none", expected one of restricted, baseline, privileged, unmanaged; take one of these',
      ],
    },
  ],
  durations: [
    {
      of: 'a number',
      yaml: ['cluster: a', 'slurmExporter: {scrapeInterval: 30}'],
      says: ['c.yaml:2:33: slurmExporter.scrapeInterval: got 30, expected a duration with its unit; write 30s'],
    },
    {
      of: 'a number of days',
      yaml: ['cluster: a', 'vmSingle: {retentionPeriod: 30}'],
      says: ['c.yaml:2:29: vmSingle.retentionPeriod: got 30, expected a duration with its unit; write 30d'],
    },
    {
      of: 'words',
      yaml: ['cluster: a', 'nodeExporter: {scrapeInterval: 1 minute}'],
      says: [
        'c.yaml:2:32: nodeExporter.scrapeInterval: got "1 minute", expected numbers with the units d, h, m and s, the largest first; write 1m',
      ],
    },
    {
      of: 'units in the wrong order',
      yaml: ['cluster: a', 'kubelet: {scrapeInterval: 30s1m}'],
      says: [
        'c.yaml:2:27: kubelet.scrapeInterval: got "30s1m", expected numbers with the units d, h, m and s, the largest first; write 30s',
      ],
    },
    {
      of: 'no duration at all',
      yaml: ['cluster: a', 'grafana: {minStep: often}'],
      says: ['c.yaml:2:20: grafana.minStep: got "often", expected numbers with the units d, h, m and s, the largest first; write 30s'],
    },
    {
      of: 'less than a second',
      yaml: ['cluster: a', 'kubeStateMetrics: {scrapeInterval: 500ms}'],
      says: ['c.yaml:2:36: kubeStateMetrics.scrapeInterval: got "500ms", expected a duration of 1s or longer; write 30s'],
    },
    {
      of: 'zero',
      yaml: ['cluster: a', 'vmSingle: {dedupInterval: 0s}'],
      says: ['c.yaml:2:27: vmSingle.dedupInterval: got "0s", expected a duration of 1ms or longer; write 15s'],
    },
    {
      of: 'more than a century',
      yaml: ['cluster: a', 'vmSingle: {retentionPeriod: 101y}'],
      says: ['c.yaml:2:29: vmSingle.retentionPeriod: got "101y", expected a duration of at most 100 years; write 30d'],
    },
    {
      of: 'a retention of less than a day',
      yaml: ['cluster: a', 'vmSingle: {retentionPeriod: 12h}'],
      says: ['c.yaml:2:29: vmSingle.retentionPeriod: got "12h", expected a duration of 1d or longer; write 30d'],
    },
    {
      of: 'a retention that is no whole number of hours',
      yaml: ['cluster: a', 'vmSingle: {retentionPeriod: 1d30m}'],
      says: ['c.yaml:2:29: vmSingle.retentionPeriod: got "1d30m", expected a whole number of hours; write 30d'],
    },
  ],
  'durations or sizes': [
    {
      of: 'a number',
      yaml: ['cluster: a', 'vmAgent: {buffer: 6}'],
      says: ['c.yaml:2:19: vmAgent.buffer: got 6, expected a duration or a size, with its unit; write 6h or 4Gi'],
    },
    {
      of: 'a number in quotes',
      yaml: ['cluster: a', 'vmAgent: {buffer: "6"}'],
      says: ['c.yaml:2:19: vmAgent.buffer: got "6", expected a duration or a size, with its unit; write 6h or 4Gi'],
    },
    {
      of: 'neither',
      yaml: ['cluster: a', 'vmSingle: {buffer: much}'],
      says: ['c.yaml:2:20: vmSingle.buffer: got "much", expected a duration or a size, with its unit; write 6h or 4Gi'],
    },
    {
      of: 'hours in words',
      yaml: ['cluster: a', 'vmSingle: {buffer: 12 hours}'],
      says: ['c.yaml:2:20: vmSingle.buffer: got "12 hours", expected a duration or a size, with its unit; write 12h'],
    },
    {
      of: 'bytes spelled out',
      yaml: ['cluster: a', 'vmAgent: {buffer: 600MB}'],
      says: ['c.yaml:2:19: vmAgent.buffer: got "600MB", expected a duration or a size, with its unit; write 600M'],
    },
    {
      of: 'a unit in small letters',
      yaml: ['cluster: a', 'vmAgent: {buffer: 4g}'],
      says: ['c.yaml:2:19: vmAgent.buffer: got "4g", expected a duration or a size, with its unit; write 4G'],
    },
    {
      of: 'bytes spelled out that are too few',
      yaml: ['cluster: a', 'vmAgent: {buffer: 5 mb}'],
      says: ['c.yaml:2:19: vmAgent.buffer: got "5 mb", expected a duration or a size, with its unit; write 6h or 4Gi'],
    },
    {
      of: 'a time shorter than a minute',
      yaml: ['cluster: a', 'remoteWrite: [{url: https://a.example.com, buffer: 30s}]'],
      says: ['c.yaml:2:52: remoteWrite[0].buffer: got "30s", expected a duration of 1m or longer; write 6h'],
    },
    {
      of: 'a size that is less than one file of the queue, by its header',
      yaml: ['cluster: a', 'nebiusCloud: {region: eu-north1, projectId: p, buffer: 512Mi}'],
      says: [
        'c.yaml:2:56: nebiusCloud.buffer: got "512Mi", expected a size of 513Mi or more, because vmagent keeps its queue in files of half a gigabyte; write 4Gi',
      ],
    },
    {
      of: 'a map',
      yaml: ['cluster: a', 'vmAgent: {buffer: {size: 4Gi}}'],
      says: ['c.yaml:2:19: vmAgent.buffer: got a map, expected a duration or a size, with its unit; write 6h or 4Gi'],
    },
  ],
  'sizes and CPU': [
    {
      of: 'a number',
      yaml: ['cluster: a', 'vmSingle: {storageSize: 50}'],
      says: ['c.yaml:2:25: vmSingle.storageSize: got 50, expected a size with its unit; write 50Gi'],
    },
    {
      of: 'bytes spelled out',
      yaml: ['cluster: a', 'vmAgent: {queueSize: 20GB}'],
      says: ['c.yaml:2:22: vmAgent.queueSize: got "20GB", expected a number with one of the units Mi, Gi, Ti, M, G and T; write 20G'],
    },
    {
      of: 'a unit in small letters',
      yaml: ['cluster: a', 'kubelet: {maxScrapeSize: 64mi}'],
      says: ['c.yaml:2:26: kubelet.maxScrapeSize: got "64mi", expected a number with one of the units Mi, Gi, Ti, M, G and T; write 64Mi'],
    },
    {
      of: 'no size at all',
      yaml: ['cluster: a', 'grafana: {storageSize: small}'],
      says: ['c.yaml:2:24: grafana.storageSize: got "small", expected a number with one of the units Mi, Gi, Ti, M, G and T; write 1Gi'],
    },
    {
      of: 'a queue that cannot be kept',
      yaml: ['cluster: a', 'vmAgent: {queueSize: 512Mi}'],
      says: ['c.yaml:2:22: vmAgent.queueSize: got "512Mi", expected a size of 1Gi or more; write 10Gi'],
    },
    {
      of: 'nothing',
      yaml: ['cluster: a', 'dcgmExporter: {maxScrapeSize: 0Mi}'],
      says: ['c.yaml:2:31: dcgmExporter.maxScrapeSize: got "0Mi", expected a size of 1Ki or more; write 64Mi'],
    },
    {
      of: 'CPU in percent',
      yaml: ['cluster: a', 'vmOperator:', '  resources: {requests: {cpu: 50%}}'],
      says: ['c.yaml:3:31: vmOperator.resources.requests.cpu: got "50%", expected cores or millicores, at least 1m; write 250m'],
    },
    {
      of: 'less than a millicore',
      yaml: ['cluster: a', 'vmOperator:', '  resources: {requests: {cpu: 0.0001}}'],
      says: ['c.yaml:3:31: vmOperator.resources.requests.cpu: got 0.0001, expected cores or millicores, at least 1m; write 250m'],
    },
    {
      of: 'memory without a unit',
      yaml: ['cluster: a', 'vmOperator:', '  resources: {limits: {memory: 512}}'],
      says: ['c.yaml:3:32: vmOperator.resources.limits.memory: got 512, expected a size with its unit; write 512Mi'],
    },
    {
      of: 'amounts in place of requests and limits',
      yaml: ['cluster: a', 'slurmExporter:', '  resources: {cpu: 1, memory: 1Gi}'],
      says: [
        'c.yaml:3:15: slurmExporter.resources.cpu: got an unknown option, expected an option of slurmExporter.resources; did you mean requests.cpu?',
        'c.yaml:3:23: slurmExporter.resources.memory: got an unknown option, expected an option of slurmExporter.resources; did you mean requests.memory?',
      ],
    },
    {
      of: 'resources as text',
      yaml: ['cluster: a', 'slurmExporter: {resources: small}'],
      says: [
        'c.yaml:2:28: slurmExporter.resources: got "small", expected requests and limits; write {requests: {cpu: 250m, memory: 512Mi}, limits: {memory: 512Mi}}',
      ],
    },
    {
      of: 'limits as text',
      yaml: ['cluster: a', 'slurmExporter: {resources: {limits: 1Gi}}'],
      says: ['c.yaml:2:37: slurmExporter.resources.limits: got "1Gi", expected CPU and memory; write {cpu: 250m, memory: 512Mi}'],
    },
    {
      of: 'a memory request above its limit',
      yaml: ['cluster: a', 'dcgmExporter:', '  resources: {requests: {memory: 2Gi}, limits: {memory: 512Mi}}'],
      says: [
        'c.yaml:3:34: dcgmExporter.resources.requests.memory: got "2Gi", expected at most the limit of 512Mi; lower the request or raise the limit',
      ],
    },
    {
      of: 'a CPU request above its limit',
      yaml: ['cluster: a', 'dcgmExporter:', '  resources: {requests: {cpu: 2}, limits: {cpu: 500m}}'],
      says: [
        'c.yaml:3:31: dcgmExporter.resources.requests.cpu: got 2, expected at most the limit of 500m; lower the request, or leave the limit out',
      ],
    },
  ],
  workloads: [
    {
      of: 'an image without a version',
      yaml: ['cluster: a', 'nodeExporter:', '  image: quay.io/prometheus/node-exporter'],
      says: [
        'c.yaml:3:10: nodeExporter.image: got "quay.io/prometheus/node-exporter", expected an image reference with a fixed tag or digest; write registry, name and version: quay.io/prometheus/node-exporter:v1.12.1',
      ],
    },
    {
      of: 'an image that changes under its name',
      yaml: ['cluster: a', 'grafana: {sidecarImage: quay.io/kiwigrid/k8s-sidecar:latest}'],
      says: [
        'c.yaml:2:25: grafana.sidecarImage: got "quay.io/kiwigrid/k8s-sidecar:latest", expected an image reference with a fixed tag or digest; write registry, name and version: quay.io/kiwigrid/k8s-sidecar:2.10.1',
      ],
    },
    {
      of: 'a name that is too long with what the operator puts in front',
      yaml: ['cluster: a', 'vmSingle: {name: metrics-of-all-the-clusters-that-belong-to-the-research-group}'],
      says: [
        'c.yaml:2:18: vmSingle.name: got "metrics-of-all-the-clusters-that-belong-to-the-research-grou…", expected a name of at most 54 lower-case letters, digits and dashes, with a letter or digit at both ends; write metrics-of-all-the-clusters-that-belong-to-the-researc',
      ],
    },
    {
      of: 'a label value that is no text',
      yaml: ['cluster: a', 'vmAgent:', '  nodeSelector:', '    gpu: true'],
      says: ["c.yaml:4:10: vmAgent.nodeSelector.gpu: got true, expected text; put it in quotes: 'true'"],
    },
    {
      of: 'a label key with a space',
      yaml: ['cluster: a', 'vmAgent: {nodeSelector: {node set: system}}'],
      says: ['c.yaml:2:26: vmAgent.nodeSelector["node set"]: got "node set", expected the key of a label; write kubernetes.io/os'],
    },
    {
      of: 'a label value with a slash',
      yaml: ['cluster: a', 'vmAgent: {nodeSelector: {role: a/b}}'],
      says: [
        'c.yaml:2:32: vmAgent.nodeSelector.role: got "a/b", expected the value of a label: at most 63 letters, digits, dots, dashes and underscores; write \'true\'',
      ],
    },
    {
      of: 'labels as text',
      yaml: ['cluster: a', 'vmAgent: {nodeSelector: system}'],
      says: ['c.yaml:2:25: vmAgent.nodeSelector: got "system", expected labels; write them as \'key: value\', or {} for none'],
    },
    {
      of: 'a toleration in place of a list of them',
      yaml: ['cluster: a', 'dcgmExporter: {tolerations: {operator: Exists}}'],
      says: ['c.yaml:2:29: dcgmExporter.tolerations: got a map, expected a list; write [{key: …, effect: NoSchedule}]'],
    },
    {
      of: 'an unknown effect',
      yaml: ['cluster: a', 'dcgmExporter:', '  tolerations: [{key: gpu, effect: NoScedule}]'],
      says: [
        'c.yaml:3:36: dcgmExporter.tolerations[0].effect: got "NoScedule", expected one of NoSchedule, PreferNoSchedule, NoExecute; did you mean NoSchedule?',
      ],
    },
    {
      of: 'a value that is not compared',
      yaml: ['cluster: a', 'dcgmExporter:', '  tolerations: [{key: gpu, operator: Exists, value: h100}]'],
      says: [
        'c.yaml:3:53: dcgmExporter.tolerations[0].value: got "h100", expected to be left out, because the operator is Exists; remove the value, or write operator: Equal',
      ],
    },
    {
      of: 'a value of no key',
      yaml: ['cluster: a', 'dcgmExporter:', '  tolerations: [{operator: Equal, value: h100}]'],
      says: [
        'c.yaml:3:17: dcgmExporter.tolerations[0].key: got nothing, expected the key of the taint, because its value is compared; write the key, or operator: Exists',
      ],
    },
    {
      of: 'a toleration as text',
      yaml: ['cluster: a', 'dcgmExporter: {tolerations: [gpu]}'],
      says: ['c.yaml:2:30: dcgmExporter.tolerations[0]: got "gpu", expected a toleration; write {key: nvidia.com/gpu, effect: NoSchedule}'],
    },
    {
      of: 'a priority class with capitals',
      yaml: ['cluster: a', 'kubeStateMetrics: {priorityClassName: System_Critical}'],
      says: [
        'c.yaml:2:39: kubeStateMetrics.priorityClassName: got "System_Critical", expected a name of lower-case letters, digits, dashes and dots, with a letter or digit at both ends; write system-critical',
      ],
    },
    {
      of: 'a pull secret in place of a list of them',
      yaml: ['cluster: a', 'grafana: {imagePullSecrets: registry}'],
      says: ['c.yaml:2:29: grafana.imagePullSecrets: got "registry", expected a list; write [registry]'],
    },
    {
      of: 'a password for a pull secret',
      yaml: ['cluster: a', 'grafana: {imagePullSecrets: ["Tr0ub4dor&3"]}'],
      says: [
        'c.yaml:2:30: grafana.imagePullSecrets[0]: got text, expected a name of lower-case letters, digits, dashes and dots, with a letter or digit at both ends; write registry',
      ],
    },
    {
      of: 'a user id of root',
      yaml: ['cluster: a', 'vmAgent: {runAsUser: 0}'],
      says: [
        'c.yaml:2:22: vmAgent.runAsUser: got 0, expected a whole number of 1 or more; make the token file readable for the agent instead of running it as root',
      ],
    },
  ],
  scrapes: [
    {
      of: 'a timeout above the interval',
      yaml: ['cluster: a', 'soperatorController:', '  scrapeInterval: 10s', '  scrapeTimeout: 15s'],
      says: [
        'c.yaml:4:18: soperatorController.scrapeTimeout: got "15s", expected at most the scrape interval of 10s; shorten the timeout or lengthen scrapeInterval',
      ],
    },
    {
      of: 'a timeout above the default interval',
      yaml: ['cluster: a', 'nodeExporter: {scrapeTimeout: 1m}'],
      says: [
        'c.yaml:2:31: nodeExporter.scrapeTimeout: got "1m", expected at most the scrape interval of 30s; shorten the timeout or lengthen scrapeInterval',
      ],
    },
    {
      of: 'a limit of nothing',
      yaml: ['cluster: a', 'kubelet: {sampleLimit: 0}'],
      says: ['c.yaml:2:24: kubelet.sampleLimit: got 0, expected a whole number of 1 or more; leave it out for no limit'],
    },
    {
      of: 'a rule without a reason',
      yaml: ['cluster: a', 'kubelet:', '  metricRelabelConfigs:', '    - action: labeldrop', '      regex: id'],
      says: [
        'c.yaml:4:7: kubelet.metricRelabelConfigs[0].why: got nothing, expected the reason for the rule; write why: the label changes with every restart',
      ],
    },
    {
      of: 'an action that agents carry out differently',
      yaml: ['cluster: a', 'kubelet:', '  metricRelabelConfigs: [{why: x, action: hashmod}]'],
      says: [
        'c.yaml:3:43: kubelet.metricRelabelConfigs[0].action: got "hashmod", expected one of replace, keep, drop, keepequal, dropequal, labelmap, labeldrop, labelkeep, lowercase, uppercase; take one of these',
      ],
    },
    {
      of: 'a rule in the words of the configuration file',
      yaml: ['cluster: a', 'kubelet:', '  relabelConfigs: [{why: x, action: replace, source_labels: [a], targetLabel: b}]'],
      says: [
        'c.yaml:3:46: kubelet.relabelConfigs[0].source_labels: got an unknown option, expected an option of kubelet.relabelConfigs[0]; did you mean sourceLabels?',
      ],
    },
    {
      of: 'a regex that does not end',
      yaml: ['cluster: a', 'grafana:', "  metricRelabelConfigs: [{why: x, action: labeldrop, regex: '(a'}]"],
      says: [
        'c.yaml:3:61: grafana.metricRelabelConfigs[0].regex: got "(a", expected an RE2 regex (missing closing ): `(a`); rewrite it without lookarounds, backreferences and other extensions of RE2',
      ],
    },
    {
      of: 'a label that cannot be one',
      yaml: ['cluster: a', 'grafana:', '  relabelConfigs: [{why: x, action: replace, targetLabel: a-b, replacement: c}]'],
      says: ['c.yaml:3:59: grafana.relabelConfigs[0].targetLabel: got "a-b", expected the name of a label; write pod'],
    },
    {
      of: 'a number where text is replaced',
      yaml: ['cluster: a', 'grafana:', '  relabelConfigs: [{why: x, action: replace, targetLabel: a, replacement: 1}]'],
      says: ["c.yaml:3:75: grafana.relabelConfigs[0].replacement: got 1, expected text; put it in quotes: '1'"],
    },
    {
      of: 'a rule as text',
      yaml: ['cluster: a', 'grafana: {relabelConfigs: [drop pod]}'],
      says: [
        'c.yaml:2:28: grafana.relabelConfigs[0]: got "drop pod", expected a relabel rule; write {why: …, action: labeldrop, regex: …}',
      ],
    },
    {
      of: 'the labels of others where the workload is deployed',
      yaml: ['cluster: a', 'kubeStateMetrics:', '  selector: {app: ksm}'],
      says: [
        'c.yaml:3:13: kubeStateMetrics.selector: got a map, expected to be left out while the workload is deployed; write deploy: false where somebody else deploys it, or remove it',
      ],
    },
    {
      of: 'the ports of others where the workload is deployed',
      yaml: ['cluster: a', 'slurmExporter:', '  deploy: true', '  portNames: [web]'],
      says: [
        'c.yaml:4:14: slurmExporter.portNames: got a list, expected to be left out while the workload is deployed; write deploy: false where somebody else deploys it, or remove it',
      ],
    },
    {
      of: 'the namespaces of others where the workload is deployed',
      yaml: ['cluster: a', 'platform: soperator', 'dcgmExporter:', '  deploy: true', '  namespaces: [a, b]'],
      says: [
        'c.yaml:5:15: dcgmExporter.namespaces: got a list, expected to be left out while the workload is deployed; write deploy: false where somebody else deploys it, or remove it',
      ],
    },
    {
      of: 'the number of a port',
      yaml: ['cluster: a', 'soperatorController: {portName: "8443"}'],
      says: [
        'c.yaml:2:33: soperatorController.portName: got "8443", expected the name of a port, not its number: at most 15 lower-case letters, digits and dashes; write metrics',
      ],
    },
  ],
  sources: [
    {
      of: 'a job source with a slip',
      yaml: ['cluster: a', 'slurmExporter: {jobSource: controler}'],
      says: ['c.yaml:2:28: slurmExporter.jobSource: got "controler", expected one of controller, accounting; did you mean controller?'],
    },
    {
      of: 'a lookback that nothing looks back with',
      yaml: ['cluster: a', 'slurmExporter:', '  accountingJobsLookback: 2h'],
      says: [
        'c.yaml:3:27: slurmExporter.accountingJobsLookback: got "2h", expected to be left out while jobSource is controller; write jobSource: accounting, or remove it',
      ],
    },
    {
      of: 'an API server without a protocol',
      yaml: ['cluster: a', 'slurmExporter: {slurmApiServer: "slurm-rest:6820"}'],
      says: [
        'c.yaml:2:33: slurmExporter.slurmApiServer: got "slurm-rest:6820", expected a URL that starts with http:// or https://; write it in full: http://soperator-rest-svc.soperator.svc:6820',
      ],
    },
    {
      of: 'an unknown DCGM field',
      yaml: ['cluster: a', 'dcgmExporter:', '  counters: [DCGM_FI_DEV_GPU_UTIL, DCGM_FI_DEV_GPU_TMP]'],
      says: [
        'c.yaml:3:36: dcgmExporter.counters[1]: got "DCGM_FI_DEV_GPU_TMP", expected one of DCGM_FI_DEV_GPU_UTIL, DCGM_FI_DEV_MEM_COPY_UTIL, DCGM_FI_DEV_ENC_UTIL and their like; did you mean DCGM_FI_DEV_GPU_TEMP?',
      ],
    },
    {
      of: 'a DCGM field like no other',
      yaml: ['cluster: a', 'dcgmExporter: {counters: [temperature]}'],
      says: [
        'c.yaml:2:27: dcgmExporter.counters[0]: got "temperature", expected one of DCGM_FI_DEV_GPU_UTIL, DCGM_FI_DEV_MEM_COPY_UTIL, DCGM_FI_DEV_ENC_UTIL and their like; take one that the editor shows here',
      ],
    },
    {
      of: 'no DCGM field',
      yaml: ['cluster: a', 'dcgmExporter: {counters: []}'],
      says: ['c.yaml:2:26: dcgmExporter.counters: got an empty list, expected a list of 1 or more; write [DCGM_FI_DEV_GPU_UTIL]'],
    },
    {
      of: 'a directory that is not absolute',
      yaml: ['cluster: a', 'dcgmExporter: {jobMappingDirectory: var/run/slurm}'],
      says: [
        'c.yaml:2:37: dcgmExporter.jobMappingDirectory: got "var/run/slurm", expected an absolute path of letters, digits, dots, dashes and underscores; write /var/run/nebius/slurm',
      ],
    },
    {
      of: 'a key of no label',
      yaml: ['cluster: a', 'dcgmExporter: {nvlinkGroupNodeLabel: "nvlink group"}'],
      says: [
        'c.yaml:2:38: dcgmExporter.nvlinkGroupNodeLabel: got "nvlink group", expected the key of a label; write nebius.com/nvlink-instance-group',
      ],
    },
    {
      of: 'a port that is none',
      yaml: ['cluster: a', 'nodeExporter: {port: 91000}'],
      says: ['c.yaml:2:22: nodeExporter.port: got 91000, expected a whole number of 1 to 65535; leave it out for 9100'],
    },
    {
      of: 'an argument without dashes',
      yaml: ['cluster: a', 'nodeExporter: {extraArgs: [collector.systemd]}'],
      says: [
        'c.yaml:2:28: nodeExporter.extraArgs[0]: got "collector.systemd", expected an argument that begins with --; write --collector.systemd',
      ],
    },
    {
      of: 'no page of the kubelet',
      yaml: ['cluster: a', 'kubelet: {endpoints: []}'],
      says: ['c.yaml:2:22: kubelet.endpoints: got an empty list, expected a list of 1 or more; write [metrics]'],
    },
    {
      of: 'a page that kubelets do not have',
      yaml: ['cluster: a', 'kubelet: {endpoints: [metrics, cadviser]}'],
      says: [
        'c.yaml:2:32: kubelet.endpoints[1]: got "cadviser", expected one of metrics, cadvisor, probes, resource; did you mean cadvisor?',
      ],
    },
    {
      of: 'an authority without a key',
      yaml: ['cluster: a', 'kubelet:', '  caConfigMap: {name: kubelet-ca}'],
      says: ['c.yaml:3:3: kubelet.caConfigMap.key: got nothing, expected a key of the ConfigMap; write ca.crt'],
    },
    {
      of: 'an authority as text',
      yaml: ['cluster: a', 'kubelet: {caConfigMap: kubelet-ca}'],
      says: [
        'c.yaml:2:24: kubelet.caConfigMap: got "kubelet-ca", expected the name and the key of a ConfigMap; write {name: kubelet-ca, key: ca.crt}',
      ],
    },
    {
      of: 'options of a part that nobody switched on',
      yaml: ['cluster: a', 'coreDns:', '  namespace: dns'],
      says: ['c.yaml:2:1: coreDns.enabled: got nothing, expected true or false, for the part is off otherwise; write enabled: true'],
    },
    {
      of: 'the URL of the API server in place of a name',
      yaml: ['cluster: a', 'apiServer: {enabled: true, serverName: "https://10.0.0.1:6443"}'],
      says: [
        'c.yaml:2:40: apiServer.serverName: got "https://10.0.0.1:6443", expected the name of a host, without protocol, port and path; write 10.0.0.1',
      ],
    },
    {
      of: 'a metric with a flag that only some programs know',
      yaml: ['cluster: a', 'apiServer: {enabled: true, extraMetrics: ["(?i)workqueue"]}'],
      says: [
        'c.yaml:2:43: apiServer.extraMetrics[0]: got "(?i)workqueue", expected the name of a metric, or a regular expression of letters, digits and _ : . * + | ( ) -; write workqueue_depth',
      ],
    },
    {
      of: 'families with commas',
      yaml: ['cluster: a', 'kubeStateMetrics: {extraMetrics: ["kube_pod_owner, kube_job_info"]}'],
      says: [
        'c.yaml:2:35: kubeStateMetrics.extraMetrics[0]: got "kube_pod_owner, kube_job_info", expected the name of a family, or a regular expression over names, without commas and spaces; write kube_pod_owner',
      ],
    },
    {
      of: 'node labels without nodes',
      yaml: ['cluster: a', 'kubeStateMetrics:', '  nodeLabels: [gpu]'],
      says: [
        'c.yaml:3:15: kubeStateMetrics.nodeLabels: got a list, expected to be left out while nodeMetrics is false; write nodeMetrics: true, or remove it',
      ],
    },
    {
      of: 'a number of nodes for whether they are shown',
      yaml: ['cluster: a', 'kubeStateMetrics: {nodeMetrics: 3}'],
      says: ['c.yaml:2:33: kubeStateMetrics.nodeMetrics: got 3, expected true or false; write one of the two without quotes'],
    },
  ],
  'agent, store and operator': [
    {
      of: 'a flag with a dash',
      yaml: ['cluster: a', 'vmAgent:', '  extraArgs: {-loggerLevel: INFO}'],
      says: [
        'c.yaml:3:15: vmAgent.extraArgs["-loggerLevel"]: got "-loggerLevel", expected the name of a flag without its dash; write loggerLevel',
      ],
    },
    {
      of: 'a flag that is no text',
      yaml: ['cluster: a', 'vmSingle:', '  extraArgs: {search.maxConcurrentRequests: 16}'],
      says: ['c.yaml:3:45: vmSingle.extraArgs["search.maxConcurrentRequests"]: got a number, expected text; put it in quotes'],
    },
    {
      of: 'a flag that sends a token to every destination',
      yaml: ['cluster: a', 'vmAgent:', '  extraArgs: {remoteWrite.bearerToken: s3cr3t}'],
      says: [
        'c.yaml:3:40: vmAgent.extraArgs["remoteWrite.bearerToken"]: got text, expected no flag of a destination; write the destination below remoteWrite, with its credential',
      ],
    },
    {
      of: 'a flag by which the agent would keep its queue elsewhere',
      yaml: ['cluster: a', 'vmAgent:', '  extraArgs:', '    loggerLevel: INFO', '    remoteWrite.tmpDataPath: /tmp'],
      says: [
        'c.yaml:5:30: vmAgent.extraArgs["remoteWrite.tmpDataPath"]: got text, expected no flag that follows from other options; use shards, buffer and queueSize of vmAgent, or remove it',
      ],
    },
    {
      of: 'a flag by which a shard would scrape what another one does',
      yaml: ['cluster: a', 'vmAgent:', "  extraArgs: {promscrape.cluster.memberNum: '0'}"],
      says: [
        'c.yaml:3:45: vmAgent.extraArgs["promscrape.cluster.memberNum"]: got text, expected no flag that follows from other options; use shards, buffer and queueSize of vmAgent, or remove it',
      ],
    },
    {
      of: 'a flag by which the agent would listen elsewhere',
      yaml: ['cluster: a', 'vmAgent:', "  extraArgs: {httpListenAddr: ':80'}"],
      says: [
        'c.yaml:3:31: vmAgent.extraArgs.httpListenAddr: got text, expected no flag that follows from the volume and the port; remove it',
      ],
    },
    {
      of: 'a flag by which the store would keep its data on no volume',
      yaml: ['cluster: a', 'vmSingle:', '  extraArgs: {storageDataPath: /tmp}'],
      says: [
        'c.yaml:3:32: vmSingle.extraArgs.storageDataPath: got text, expected no flag that follows from the volume and the port; remove it',
      ],
    },
    {
      of: 'a flag with a password',
      yaml: ['cluster: a', 'vmSingle:', '  extraArgs: {httpAuth.password: hunter2}'],
      says: [
        'c.yaml:3:34: vmSingle.extraArgs["httpAuth.password"]: got text, expected no secret in the open, for manifests are published; remove it',
      ],
    },
    {
      of: 'flags as a list',
      yaml: ['cluster: a', 'vmAgent: {extraArgs: [-loggerLevel=INFO]}'],
      says: ['c.yaml:2:22: vmAgent.extraArgs: got a list, expected flags by their names; write {loggerLevel: INFO}'],
    },
    {
      of: 'no agent at all',
      yaml: ['cluster: a', 'vmAgent: {shards: 0}'],
      says: ['c.yaml:2:19: vmAgent.shards: got 0, expected a whole number of 1 to 100; leave it out: the number follows from scale'],
    },
    {
      of: 'more agents than are foreseen',
      yaml: ['cluster: a', 'vmAgent: {shards: 101}'],
      says: ['c.yaml:2:19: vmAgent.shards: got 101, expected a whole number of 1 to 100; leave it out: the number follows from scale'],
    },
    {
      of: 'namespaces of nobody',
      yaml: ['cluster: a', 'vmAgent: {userScrapes: {namespaces: []}}'],
      says: ['c.yaml:2:37: vmAgent.userScrapes.namespaces: got an empty list, expected a list of 1 or more; write [team-a]'],
    },
    {
      of: 'a version with a letter',
      yaml: ['cluster: a', 'vmOperator: {version: v0.74.1}'],
      says: ['c.yaml:2:23: vmOperator.version: got "v0.74.1", expected a version of the operator; write 0.74.1'],
    },
    {
      of: 'half a version',
      yaml: ['cluster: a', 'vmAgent: {operatorVersion: 0.74}'],
      says: ['c.yaml:2:28: vmAgent.operatorVersion: got 0.74, expected a version of the operator; write 0.74.1'],
    },
  ],
  Grafana: [
    {
      of: 'an editor from outside by an Ingress',
      yaml: ['cluster: a', 'grafana:', '  ingressHost: grafana.example.com'],
      says: [
        'c.yaml:3:16: grafana.ingressHost: got "grafana.example.com", expected to be left out while anonymousRole is Editor, for everybody outside would be Editor; write anonymousRole: Viewer, or use kubectl port-forward',
      ],
    },
    {
      of: 'an administrator from outside by a load balancer',
      yaml: ['cluster: a', 'grafana: {anonymousRole: Admin, serviceType: LoadBalancer}'],
      says: [
        'c.yaml:2:46: grafana.serviceType: got "LoadBalancer", expected ClusterIP while anonymousRole is Admin, for everybody outside would be Admin; write anonymousRole: Viewer, or use kubectl port-forward',
      ],
    },
    {
      of: 'an unknown role',
      yaml: ['cluster: a', 'grafana: {anonymousRole: viewer}'],
      says: ['c.yaml:2:26: grafana.anonymousRole: got "viewer", expected one of Viewer, Editor, Admin; did you mean Viewer?'],
    },
    {
      of: 'another way to find jobs',
      yaml: ['cluster: a', 'grafana: {jobAttribution: hpc_job}'],
      says: ['c.yaml:2:27: grafana.jobAttribution: got "hpc_job", expected one of join, label, none; take one of these'],
    },
    {
      of: 'dashboards that are no list',
      yaml: ['cluster: a', 'grafana: {dashboards: cluster-health}'],
      says: ['c.yaml:2:23: grafana.dashboards: got "cluster-health", expected a list; write [cluster-health]'],
    },
    {
      of: 'an unknown type of Service',
      yaml: ['cluster: a', 'grafana: {serviceType: ExternalName}'],
      says: ['c.yaml:2:24: grafana.serviceType: got "ExternalName", expected one of ClusterIP, NodePort, LoadBalancer; take one of these'],
    },
    {
      of: 'a class of no Ingress',
      yaml: ['cluster: a', 'grafana: {ingressClassName: nginx, ingressTlsSecret: tls}'],
      says: [
        'c.yaml:2:29: grafana.ingressClassName: got "nginx", expected to be left out while there is no ingressHost; write ingressHost, too, or remove it',
        'c.yaml:2:54: grafana.ingressTlsSecret: got text, expected to be left out while there is no ingressHost; write ingressHost, too, or remove it',
      ],
    },
    {
      of: 'a host with a protocol',
      yaml: ['cluster: a', 'grafana: {anonymousRole: Viewer, ingressHost: "https://grafana.example.com"}'],
      says: [
        'c.yaml:2:47: grafana.ingressHost: got "https://grafana.example.com", expected the name of a host, without protocol, port and path; write grafana.example.com',
      ],
    },
    {
      of: 'a class of no volume',
      yaml: ['cluster: a', 'grafana: {storageClassName: ssd}'],
      says: [
        'c.yaml:2:29: grafana.storageClassName: got "ssd", expected to be left out while there is no storageSize; write storageSize, too, or remove it',
      ],
    },
    {
      of: 'a data source without its plugin',
      yaml: ['cluster: a', 'grafana:', '  victoriaLogs: {url: http://logs:9428}'],
      says: [
        'c.yaml:3:3: grafana.victoriaLogs.pluginImage: got nothing, expected an image reference with a fixed tag or digest; write registry, name and version: registry.example.com/grafana-victorialogs-plugin:v0.20.0',
      ],
    },
    {
      of: 'a data source by name',
      yaml: ['cluster: a', 'grafana: {lokiUrl: loki}'],
      says: [
        'c.yaml:2:20: grafana.lokiUrl: got "loki", expected a URL that starts with http:// or https://; write it in full: http://loki.logs-system.svc:3100',
      ],
    },
    {
      of: 'a password in the open',
      yaml: ['cluster: a', 'grafana:', '  adminPassword: hunter2'],
      says: [
        'c.yaml:3:3: grafana.adminPassword: got a secret in the open, expected the name of a Secret; write adminSecret, the name of a Secret with the keys admin-user and admin-password',
      ],
    },
    {
      of: 'a password for the name of a Secret',
      yaml: ['cluster: a', 'grafana: {adminSecret: "hunter 2!"}'],
      says: [
        'c.yaml:2:24: grafana.adminSecret: got text, expected a name of lower-case letters, digits, dashes and dots, with a letter or digit at both ends; write grafana-admin',
      ],
    },
  ],
  destinations: [
    {
      of: 'the cloud without its project',
      yaml: ['cluster: a', 'publicEndpointEnabled: true'],
      says: [
        'c.yaml:2:24: publicEndpointEnabled: got true, expected false while there is no nebiusCloud; write nebiusCloud with region and projectId, or false',
      ],
    },
    {
      of: 'a project that is missing',
      yaml: ['cluster: a', 'nebiusCloud:', '  region: eu-north1'],
      says: [
        'c.yaml:2:1: nebiusCloud.projectId: got nothing, expected the id of the project, copied from the console of Nebius Cloud; write project-e00example',
      ],
    },
    {
      of: 'a slip in the project alone',
      yaml: ['cluster: a', 'nebiusCloud: {region: eu-north1, projectID: project-1}'],
      says: ['c.yaml:2:34: nebiusCloud.projectID: got an unknown option, expected an option of nebiusCloud; did you mean projectId?'],
    },
    {
      of: 'a region that is none',
      yaml: ['cluster: a', 'nebiusCloud: {region: EU North, projectId: project-1}'],
      says: [
        'c.yaml:2:23: nebiusCloud.region: got "EU North", expected the region of the project, copied from the console of Nebius Cloud; write eu-north1',
      ],
    },
    {
      of: 'a project that is a number',
      yaml: ['cluster: a', 'nebiusCloud: {region: eu-north1, projectId: 42}'],
      says: ["c.yaml:2:45: nebiusCloud.projectId: got 42, expected text; put it in quotes: '42'"],
    },
    {
      of: 'a destination in place of a list of them',
      yaml: ['cluster: a', 'remoteWrite: {url: https://a.example.com}'],
      says: ['c.yaml:2:14: remoteWrite: got a map, expected a list; write [{url: https://metrics.example.com/api/v1/write}]'],
    },
    {
      of: 'a destination as text',
      yaml: ['cluster: a', 'remoteWrite: [https://a.example.com]'],
      says: [
        'c.yaml:2:15: remoteWrite[0]: got "https://a.example.com", expected a destination; write {url: https://metrics.example.com/api/v1/write}',
      ],
    },
    {
      of: 'a destination without a URL',
      yaml: ['cluster: a', 'remoteWrite:', '  - name: pool'],
      says: [
        'c.yaml:3:5: remoteWrite[0].url: got nothing, expected a URL that starts with http:// or https://; write it in full: https://metrics.example.com/api/v1/write',
      ],
    },
    {
      of: 'a URL of another protocol',
      yaml: ['cluster: a', 'remoteWrite: [{url: ftp://a.example.com}]'],
      says: [
        'c.yaml:2:21: remoteWrite[0].url: got "ftp://a.example.com", expected a URL that starts with http:// or https://; write it in full: https://metrics.example.com/api/v1/write',
      ],
    },
    {
      of: 'a URL without a host',
      yaml: ['cluster: a', 'remoteWrite: [{url: "https://"}]'],
      says: [
        'c.yaml:2:21: remoteWrite[0].url: got "https://", expected a URL that starts with http:// or https://; write it in full: https://metrics.example.com/api/v1/write',
      ],
    },
    {
      of: 'a password in a URL',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://me:hunter2@a.example.com/write'],
      says: [
        'c.yaml:3:10: remoteWrite[0].url: got "https://…@a.example.com/write", expected a URL without user and password, for manifests are published; put them into a Secret',
      ],
    },
    {
      of: 'a URL that would become two',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com/write?labels=a,b'],
      says: [
        'c.yaml:3:10: remoteWrite[0].url: got "https://a.example.com/write?labels=a,b", expected a URL without commas, quotes, brackets and blanks: vmagent would split it into several; write such characters as %2C and the like',
      ],
    },
    {
      of: 'a proxy of another protocol',
      yaml: ['cluster: a', 'remoteWrite: [{url: https://a.example.com, proxyUrl: proxy:3128}]'],
      says: [
        'c.yaml:2:54: remoteWrite[0].proxyUrl: got "proxy:3128", expected a URL that starts with http:// or https:// or socks5://; write it in full: http://proxy.example.com:3128',
      ],
    },
    {
      of: 'a credential without TLS',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: http://a.example.com', '    credential: {tokenSecret: {name: a, key: b}}'],
      says: [
        'c.yaml:3:10: remoteWrite[0].url: got "http://a.example.com", expected an https URL, because a credential goes with it; write https://, or a Service of the cluster',
      ],
    },
    {
      of: 'a credential without TLS to a host that only looks as if it were in the cluster',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: http://a.svc.example.com', '    credential: {tokenSecret: {name: a, key: b}}'],
      says: [
        'c.yaml:3:10: remoteWrite[0].url: got "http://a.svc.example.com", expected an https URL, because a credential goes with it; write https://, or a Service of the cluster',
      ],
    },
    {
      of: 'a token in the open',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '    bearerToken: s3cr3t'],
      says: [
        'c.yaml:4:5: remoteWrite[0].bearerToken: got a secret in the open, expected the name of a Secret; write credential: {tokenSecret: {name: …, key: …}}',
      ],
    },
    {
      of: 'a password outside of its section',
      yaml: ['cluster: a', 'remoteWrite: [{url: https://a.example.com, password: hunter2}]'],
      says: [
        'c.yaml:2:44: remoteWrite[0].password: got a secret in the open, expected the name of a Secret; write credential: {tokenSecret: {name: …, key: …}}',
      ],
    },
    {
      of: 'a key where nothing takes one',
      yaml: ['cluster: a', 'vmSingle: {apiKey: s3cr3t}'],
      says: ['c.yaml:2:12: vmSingle.apiKey: got a secret in the open, expected the name of a Secret; remove it, and put it into a Secret'],
    },
    {
      of: 'a token for the name of a Secret',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '    credential: {tokenSecret: s3cr3t}'],
      says: [
        'c.yaml:4:31: remoteWrite[0].credential.tokenSecret: got text, expected the name and the key of a Secret; write {name: metrics-writer, key: token}',
      ],
    },
    {
      of: 'a password below basic',
      yaml: [
        'cluster: a',
        'remoteWrite:',
        '  - url: https://a.example.com',
        '    credential: {basic: {username: {name: a, key: u}, password: hunter2}}',
      ],
      says: [
        'c.yaml:4:65: remoteWrite[0].credential.basic.password: got text, expected the name and the key of a Secret; write {name: metrics-writer, key: token}',
      ],
    },
    {
      of: 'a token for the name of a key',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '    credential: {tokenSecret: {name: a, key: "s3 cr3t"}}'],
      says: ['c.yaml:4:46: remoteWrite[0].credential.tokenSecret.key: got text, expected a key of the Secret; write token'],
    },
    {
      of: 'a credential of no kind',
      yaml: ['cluster: a', 'remoteWrite: [{url: https://a.example.com, credential: {}}]'],
      says: [
        'c.yaml:2:56: remoteWrite[0].credential: got an empty map, expected one of tokenFile, tokenSecret, basic and oauth2; write the one that the destination asks for, or leave credential out',
      ],
    },
    {
      of: 'a credential of two kinds',
      yaml: [
        'cluster: a',
        'nebiusCloud:',
        '  region: eu-north1',
        '  projectId: project-1',
        '  credential:',
        '    tokenFile: {hostDirectory: /mnt/cloud-metadata, file: tsa-token}',
        '    tokenSecret: {name: a, key: b}',
      ],
      says: [
        'c.yaml:7:18: nebiusCloud.credential.tokenSecret: got a map, expected one of tokenFile, tokenSecret, basic and oauth2, and tokenFile is there already; remove one of them',
      ],
    },
    {
      of: 'a credential outside of its section',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '    tokenSecret: {name: a, key: b}'],
      says: [
        'c.yaml:4:5: remoteWrite[0].tokenSecret: got an unknown option, expected an option of remoteWrite[0]; did you mean credential.tokenSecret?',
      ],
    },
    {
      of: 'a token file by its path',
      yaml: ['cluster: a', 'nebiusCloud: {region: a, projectId: b, credential: {tokenFile: /mnt/cloud-metadata/tsa-token}}'],
      says: [
        'c.yaml:2:64: nebiusCloud.credential.tokenFile: got "/mnt/cloud-metadata/tsa-token", expected a directory of the node and a file in it; write {hostDirectory: /mnt/cloud-metadata, file: tsa-token}',
      ],
    },
    {
      of: 'a token file in a folder that is not absolute',
      yaml: ['cluster: a', 'nebiusCloud: {region: a, projectId: b, credential: {tokenFile: {hostDirectory: mnt, file: a/b}}}'],
      says: [
        'c.yaml:2:80: nebiusCloud.credential.tokenFile.hostDirectory: got "mnt", expected an absolute path of letters, digits, dots, dashes and underscores; write /mnt/cloud-metadata',
        'c.yaml:2:91: nebiusCloud.credential.tokenFile.file: got "a/b", expected the name of a file in the directory; write tsa-token',
      ],
    },
    {
      of: 'OAuth2 without its parts',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '    credential: {oauth2: {tokenUrl: login.example.com}}'],
      says: [
        'c.yaml:4:18: remoteWrite[0].credential.oauth2.clientId: got nothing, expected the client id itself, which is no secret: letters, digits and the characters -._~@:/+; write metrics-writer',
        'c.yaml:4:18: remoteWrite[0].credential.oauth2.clientSecret: got nothing, expected the name and the key of a Secret; write {name: metrics-writer, key: token}',
        'c.yaml:4:37: remoteWrite[0].credential.oauth2.tokenUrl: got "login.example.com", expected a URL that starts with http:// or https://; write it in full: https://login.example.com/oauth2/token',
      ],
    },
    {
      of: 'a Secret for the client id, which is none',
      yaml: [
        'cluster: a',
        'remoteWrite:',
        '  - url: https://a.example.com',
        '    credential:',
        '      oauth2:',
        '        clientId: {name: a, key: client-id}',
        '        clientSecret: {name: a, key: client-secret}',
        '        tokenUrl: https://login.example.com/token',
      ],
      says: [
        'c.yaml:6:19: remoteWrite[0].credential.oauth2.clientId: got a map, expected the client id itself, which is no secret: letters, digits and the characters -._~@:/+; write metrics-writer',
      ],
    },
    {
      of: 'a client id that would become two',
      yaml: [
        'cluster: a',
        'remoteWrite:',
        '  - url: https://a.example.com',
        '    credential: {oauth2: {clientId: "a,b", clientSecret: {name: a, key: s}, tokenUrl: https://login.example.com}}',
      ],
      says: [
        'c.yaml:4:37: remoteWrite[0].credential.oauth2.clientId: got "a,b", expected the client id itself, which is no secret: letters, digits and the characters -._~@:/+; write metrics-writer',
      ],
    },
    {
      of: 'a client certificate without its key',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '    tls: {certSecret: {name: a, key: tls.crt}}'],
      says: [
        'c.yaml:4:5: remoteWrite[0].tls.keySecret: got nothing, expected the key of the certificate in certSecret; write keySecret, too',
      ],
    },
    {
      of: 'a key without its client certificate',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '    tls: {keySecret: {name: a, key: tls.key}}'],
      says: [
        'c.yaml:4:5: remoteWrite[0].tls.certSecret: got nothing, expected the certificate of the key in keySecret; write certSecret, too',
      ],
    },
    {
      of: 'no metric to keep',
      yaml: ['cluster: a', 'remoteWrite: [{url: https://a.example.com, keepMetrics: []}]'],
      says: ['c.yaml:2:57: remoteWrite[0].keepMetrics: got an empty list, expected a list of 1 or more; write [slurm_.+]'],
    },
    {
      of: 'metrics by a regex that does not end',
      yaml: ['cluster: a', "remoteWrite: [{url: https://a.example.com, dropMetrics: ['go_(']}]"],
      says: [
        'c.yaml:2:58: remoteWrite[0].dropMetrics[0]: got "go_(", expected an RE2 regex (missing closing ): `go_(`); rewrite it without lookarounds, backreferences and other extensions of RE2',
      ],
    },
    {
      of: 'one name twice',
      yaml: ['cluster: a', 'remoteWrite:', '  - {url: https://a.example.com, name: pool}', '  - {url: https://b.example.com, name: pool}'],
      says: [
        'c.yaml:4:40: remoteWrite[1].name: got "pool", expected a name that no other destination has, and remoteWrite[0] has it; write another name',
      ],
    },
    {
      of: 'one URL twice',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com', '  - {url: https://a.example.com, name: other}'],
      says: [
        'c.yaml:4:11: remoteWrite[1].url: got "https://a.example.com", expected a URL that no other destination has, and remoteWrite[0] has it; remove one of the two',
      ],
    },
    {
      of: 'one host twice without names',
      yaml: ['cluster: a', 'remoteWrite:', '  - url: https://a.example.com/one', '  - url: https://a.example.com/two'],
      says: [
        'c.yaml:4:5: remoteWrite[1].name: got "a-example-com", expected a name that no other destination has, and remoteWrite[0] has it; write another name',
      ],
    },
    {
      of: 'the name of the store',
      yaml: ['cluster: a', 'remoteWrite: [{url: https://a.example.com, name: store}]'],
      says: [
        'c.yaml:2:50: remoteWrite[0].name: got "store", expected a name that no other destination has, and vmSingle has it; write another name',
      ],
    },
    {
      of: 'the name of the store for the cloud',
      yaml: ['cluster: a', 'publicEndpointEnabled: true', 'nebiusCloud: {region: eu-north1, projectId: p, name: store}'],
      says: [
        'c.yaml:3:54: nebiusCloud.name: got "store", expected a name that no other destination has, and vmSingle has it; write another name',
      ],
    },
    {
      of: 'the URL of the cloud',
      yaml: [
        'cluster: a',
        'publicEndpointEnabled: true',
        'nebiusCloud: {region: eu-north1, projectId: p, endpoint: https://a.example.com}',
        'remoteWrite: [{url: https://a.example.com}]',
      ],
      says: [
        'c.yaml:4:21: remoteWrite[0].url: got "https://a.example.com", expected a URL that no other destination has, and nebiusCloud has it; remove one of the two',
      ],
    },
  ],
  'patches of objects': [
    {
      of: 'a patch that changes nothing, and a kind in small letters',
      yaml: ['cluster: a', 'patches:', '  - kind: Deployment', '  - {kind: deployment, name: x, merge: {}}'],
      says: [
        'c.yaml:3:5: patches[0]: got a map, expected patch, merge or both beside kind; write {kind: Deployment, name: slurm-exporter, patch: [{op: add, path: /spec/minReadySeconds, value: 10}]}',
        'c.yaml:4:12: patches[1].kind: got "deployment", expected the kind of an object, as its manifest has it; write Deployment',
      ],
    },
    {
      of: 'operations that are none',
      yaml: [
        'cluster: a',
        'patches:',
        '  - kind: Service',
        '    patch:',
        '      - {op: set, path: /spec/type, value: NodePort}',
        '      - {op: add, path: /spec/type}',
        '      - {op: remove, path: /spec/type, value: NodePort}',
        '      - {op: move, path: /spec/type}',
        "      - {op: test, path: 'spec.ports[0].name', value: http}",
        '      - {op: add, path: /a~b, value: 1}',
        '      - {op: add, value: 1, paht: /a}',
        '    merge: 3',
      ],
      says: [
        'c.yaml:5:14: patches[0].patch[0].op: got "set", expected one of add, remove, replace, move, copy, test; take one of these',
        'c.yaml:6:9: patches[0].patch[1].value: got nothing, expected a value beside op: add; write value: …',
        'c.yaml:7:47: patches[0].patch[2].value: got "NodePort", expected none beside op: remove, which would not read it; remove it',
        "c.yaml:8:9: patches[0].patch[3].from: got nothing, expected a from beside op: move; write from: '/…', where it is now",
        'c.yaml:9:26: patches[0].patch[4].path: got "spec.ports[0].name", expected a JSON pointer: each key behind a /, with ~1 for a / in a key and ~0 for a ~; write "/spec/ports/0/name"',
        'c.yaml:10:25: patches[0].patch[5].path: got "/a~b", expected a JSON pointer: each key behind a /, with ~1 for a / in a key and ~0 for a ~; write "/a~0b"',
        'c.yaml:11:29: patches[0].patch[6].paht: got an unknown option, expected an option of patches[0].patch[6]; did you mean path?',
        "c.yaml:12:12: patches[0].merge: got 3, expected fields with new values; write them as 'key: value'",
      ],
    },
  ],
  'several at once': [
    {
      of: 'everything that is wrong, in the order of the file',
      yaml: [
        'strict: many',
        'vmSingle:',
        '  storage: 30Gi',
        '  retentionPeriod: 30',
        'cluster: A',
        'grafana:',
        '  anonymousRole: Admin',
        '  ingressHost: grafana.example.com',
        '  resources: {requests: {memory: 1GB}}',
        'remoteWrite:',
        '  - url: https://a.example.com',
        '  - {}',
      ],
      says: [
        'c.yaml:1:9: strict: got "many", expected true or false; write one of the two without quotes',
        'c.yaml:3:3: vmSingle.storage: got an unknown option, expected an option of vmSingle; take one of those in pipeline.yaml, or remove it',
        'c.yaml:4:20: vmSingle.retentionPeriod: got 30, expected a duration with its unit; write 30d',
        'c.yaml:5:10: cluster: got "A", expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; write a',
        'c.yaml:8:16: grafana.ingressHost: got "grafana.example.com", expected to be left out while anonymousRole is Admin, for everybody outside would be Admin; write anonymousRole: Viewer, or use kubectl port-forward',
        'c.yaml:9:34: grafana.resources.requests.memory: got "1GB", expected a number with one of the units Mi, Gi, Ti, M, G and T; write 1G',
        'c.yaml:12:5: remoteWrite[1].url: got nothing, expected a URL that starts with http:// or https://; write it in full: https://metrics.example.com/api/v1/write',
      ],
    },
  ],
};
