import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawModes } from '../../scripts/drawings/modes';
import { drawQueues } from '../../scripts/drawings/queues';
import { drawSample } from '../../scripts/drawings/sample';
import { widthOf } from '../../scripts/pictures/svg';

const FOLDER = join(__dirname, '..', '..', 'docs', 'pictures');
const drawn = { modes: drawModes(), queues: drawQueues(), sample: drawSample() };

/** Texts of a picture with the places where they begin and end. */
function texts(svg: string) {
  return [...svg.matchAll(/<text (?<attributes>[^>]*)>(?<content>[^<]*)</g)].map(({ groups: { attributes = '', content = '' } = {} }) => {
    const number = (name: string) => Number(new RegExp(`\\b${name}="([\\d.]+)"`).exec(attributes)?.[1]);
    const width = widthOf(content.replace(/&\w+;/g, '"'), number('font-size'));
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1];
    const left = number('x') - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
    return { content, left, right: left + width, y: number('y') };
  });
}

test.each(Object.entries(drawn))('%s is what the pipeline renders today; after a change, run npm run picture', (name, svg) => {
  expect(readFileSync(join(FOLDER, `${name}.svg`), 'utf8')).toBe(svg);
});

test.each(Object.entries(drawn))('no words of %s leave its card', (_, svg) => {
  const [, width = 0, height = 0] = (/viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? []).map(Number);
  const outside = texts(svg).filter(({ left, right, y }) => left < 0 || right > width || y > height);
  expect(outside).toEqual([]);
});

test('the sample arrives with the labels that panels ask for', () => {
  const words = texts(drawn.sample).map(({ content }) => content.replaceAll('&quot;', '"'));
  expect(words).toEqual(
    expect.arrayContaining([
      'job="dcgm-exporter"',
      'instance="gpu-0"',
      'exported_pod="worker-0"',
      'cluster="soperator"',
      'the same 15 labels',
    ]),
  );
});
