import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IMAGES } from '../../../lib/common/images';
import { parseCluster } from '../../../lib/config';
import { listImages, lockText, mirrorText, renderClusters } from '../../../lib/outputs';

const listed = (text: string) => listImages(renderClusters([parseCluster('c.yaml', `cluster: a\n${text}`)], () => undefined));
const RELOADER = 'docker.io/victoriametrics/operator:config-reloader-v0.74.1';
const ofDefaults = listed('');
const mirrored = listed("images: { registry: r.io/m, keepHost: true }\ngrafana: { image: 'r.io/m/own/grafana:1' }\n");

test('lists every image of the pipeline, those of the operator included', () => {
  expect(ofDefaults.map(({ image }) => image)).toEqual([...Object.values(IMAGES), RELOADER].sort());
  expect(ofDefaults.find(({ image }) => image === RELOADER)).toMatchObject({ published: RELOADER, usedBy: ['vmagent'] });
});

test('is what images.lock of this repository has; after a change, run npm run images', () => {
  expect(readFileSync(join(__dirname, '..', '..', '..', 'images.lock'), 'utf8')).toBe(lockText(ofDefaults, new Map()));
});

test('knows where each image of a registry is published, and which one the user brings', () => {
  expect(mirrored.find(({ image }) => image === `r.io/m/${RELOADER}`)?.published).toBe(RELOADER);
  expect(mirrored.find(({ image }) => image === 'r.io/m/own/grafana:1')).toMatchObject({ published: undefined, usedBy: ['grafana'] });
});

describe('the list for mirroring tools', () => {
  const two = mirrored.filter(({ image }) => /own|reloader/.test(image));
  const comment = '# r.io/m/own/grafana:1: named in the cluster file, and not copied';

  test.each([
    ['list', `${RELOADER}\nr.io/m/own/grafana:1\n`],
    ['crane', `#!/bin/sh\nset -e\n${comment}\ncrane copy ${RELOADER} r.io/m/${RELOADER}\n`],
    ['oras', `#!/bin/sh\nset -e\n${comment}\noras copy ${RELOADER} r.io/m/${RELOADER}\n`],
    [
      'skopeo-copy',
      `#!/bin/sh\nset -e\n${comment}\nskopeo copy --all --preserve-digests docker://${RELOADER} docker://r.io/m/${RELOADER}\n`,
    ],
    ['skopeo-sync', `${comment}\ndocker.io:\n  images:\n    victoriametrics/operator:\n      - config-reloader-v0.74.1\n`],
  ] as const)('for %s', (format, text) => {
    expect(mirrorText(two, format)).toBe(text);
  });
});

test('fails for an image from elsewhere where a registry is set, with the option that names it', () => {
  expect(() => listed("images: { registry: r.io/m }\ngrafana: { image: 'docker.io/grafana/grafana:12.0.0' }\n")).toThrow(
    'spec.template.spec.containers[grafana].image: got "docker.io/grafana/grafana:12.0.0", expected an image of r.io/m',
  );
});

test('fails where the lock file lacks an image', () => {
  const cluster = parseCluster('c.yaml', 'cluster: a\nimages: { lock: images.lock }\n', {
    readBeside: () => lockText(ofDefaults, new Map(ofDefaults.slice(1).map(({ image }) => [image, `sha256:${'a'.repeat(64)}`]))),
  });
  expect(() => renderClusters([cluster])).toThrow(
    `got "${ofDefaults[0]?.image}", expected an image with a digest, and the lock file has none for it`,
  );
});
