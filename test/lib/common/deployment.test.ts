import { Lazy, Size } from 'cdk8s';
import { claim, flagList, podTemplate, service } from '../../../lib/common/deployment';
import { objectLabels, selectorLabels } from '../../../lib/common/labels';
import { render } from '../../support';

const OWNER = {
  name: 'given',
  namespace: 'elsewhere',
  identity: { name: 'program', instance: 'given', component: 'part', version: 'v1.2.3' },
};

describe('a claim', () => {
  test('asks for a volume that one node at a time writes to, of a size that is worked out when it is rendered', () => {
    let size = Size.gibibytes(1);
    const rendered = render((chart) => {
      claim(chart, 'Claim', OWNER, () => size, 'fast');
      size = Size.mebibytes(1536);
    });
    expect(rendered.find('PersistentVolumeClaim', 'given', 'elsewhere').spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'fast',
      resources: { requests: { storage: '1536Mi' } },
    });
  });

  test('leaves the class to the cluster unless one is given', () => {
    const rendered = render((chart) => claim(chart, 'Claim', OWNER, () => Size.gibibytes(1)));
    expect(rendered.find('PersistentVolumeClaim', 'given').spec).not.toHaveProperty('storageClassName');
  });

  // it would be a conflict with the operator's word for it, where it made the claim
  test('says what it belongs to, but not which part of it', () => {
    const rendered = render((chart) => claim(chart, 'Claim', OWNER, () => Size.gibibytes(1)));
    const { 'app.kubernetes.io/component': component, ...others } = objectLabels(OWNER.identity);
    expect(component).toBe('part');
    expect(rendered.find('PersistentVolumeClaim', 'given').metadata.labels).toEqual(others);
  });
});

describe('flags', () => {
  test('are arguments of a Go program, in the order in which they are given', () => {
    expect(flagList({ 'b.url': 'http://b', a: 'true' })).toEqual(['-b.url=http://b', '-a=true']);
  });

  // no shell reads them
  test('keep quotes, commas and equals signs as they are', () => {
    expect(flagList({ list: '"",/a,b=c' })).toEqual(['-list="",/a,b=c']);
  });

  test('that are empty still have their equals sign, for without it the next argument would be their value', () => {
    expect(flagList({ empty: '' })).toEqual(['-empty=']);
    expect(flagList({})).toEqual([]);
  });
});

test('a pod template has no annotations unless some are given, and those of later are worked out when it is rendered', () => {
  const spec = { containers: [] };
  expect(podTemplate(OWNER, spec).metadata).toEqual({ labels: objectLabels(OWNER.identity) });
  const annotations = { what: Lazy.any({ produce: () => 'later' }) };
  expect(podTemplate(OWNER, spec, annotations).metadata?.annotations).toEqual(annotations);
});

test('a Service leads to the port of the container that has its name, unless another is given', () => {
  const rendered = render((chart) =>
    service(chart, 'Service', OWNER, [
      { name: 'http', port: 80 },
      { name: 'alias', port: 81, targetPort: 'http' },
    ]),
  );
  expect(rendered.find('Service', 'given', 'elsewhere').spec).toEqual({
    type: 'ClusterIP',
    selector: selectorLabels(OWNER.identity),
    ports: [
      { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' },
      { name: 'alias', port: 81, targetPort: 'http', protocol: 'TCP' },
    ],
  });
});
