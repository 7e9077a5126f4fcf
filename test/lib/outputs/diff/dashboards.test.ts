import type { JsonObject } from '../../../../lib/checks/tree';
import { compareSides, sideOfManifests } from '../../../../lib/outputs/diff';

const panel = (title: string, expr: string, y = 0, rest: JsonObject = {}) => ({
  title,
  type: 'stat',
  gridPos: { y },
  targets: [{ refId: 'A', expr }],
  ...rest,
});

function compared(former: JsonObject, latter: JsonObject) {
  const side = (dashboard: JsonObject) => {
    const metadata = { name: 'd', namespace: 'ns', labels: { grafana_dashboard: '1' } };
    return sideOfManifests(
      'folder',
      'c',
      [{ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'd.json': JSON.stringify(dashboard) } }],
      new Map(),
    );
  };
  return compareSides(side(former), side(latter));
}

const board = (...panels: JsonObject[]) => ({ uid: 'u', title: 'Board', panels });

test('panels that come, go or ask otherwise are told, those inside rows too', () => {
  const row = (...panels: JsonObject[]) => ({ type: 'row', title: 'Row', panels });
  const one = board(panel('Stays', 'a'), panel('Goes', 'b'), row(panel('Asks', 'c', 0, { description: 'x' })));
  const other = board(panel('Comes', 'd'), panel('Stays', 'a'), row(panel('Asks', 'e', 0, { description: 'y' })));
  expect(compared(one, other)?.dashboards).toEqual([
    {
      change: 'changed',
      uid: 'u',
      title: 'Board',
      panels: 3,
      parts: [
        { change: 'removed', part: 'panel "Goes"', what: [] },
        { change: 'changed', part: 'panel "Asks"', what: ['query', 'description'] },
        { change: 'added', part: 'panel "Comes"', what: [] },
      ],
    },
  ]);
});

test('panels that only move are the layout of their dashboard, and no difference beside others', () => {
  const layout = [{ change: 'changed', part: 'layout', what: ['places or order of panels'] }];
  expect(compared(board(panel('P', 'a', 0)), board(panel('P', 'a', 9)))?.dashboards[0]?.parts).toEqual(layout);
  const parts = compared(board(panel('P', 'a', 0)), board(panel('P', 'a', 9), panel('Q', 'b')))?.dashboards[0]?.parts;
  expect(parts).toEqual([{ change: 'added', part: 'panel "Q"', what: [] }]);
  expect(compared(board(panel('P', 'a')), board(panel('P', 'a')))).toBeUndefined();
});

test('panels of one title are told apart', () => {
  const parts = compared(board(panel('P', 'a'), panel('P', 'b')), board(panel('P', 'a'), panel('P', 'c')))?.dashboards[0]?.parts;
  expect(parts).toEqual([{ change: 'changed', part: 'panel "P #2"', what: ['query'] }]);
});

test('settings and variables are told', () => {
  const variable = (query: string) => ({ templating: { list: [{ name: 'node', query }] } });
  const parts = compared({ ...board(), refresh: '1m', ...variable('a') }, { ...board(), refresh: '5m', ...variable('b') })?.dashboards[0]
    ?.parts;
  expect(parts).toEqual([
    { change: 'changed', part: 'variable "node"', what: ['query'] },
    { change: 'changed', part: 'settings', what: ['refresh'] },
  ]);
});
