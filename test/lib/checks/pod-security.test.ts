import { podSecurity } from '../../../lib/checks/pod-security';
import type { JsonObject } from '../../../lib/checks/tree';
import { APPS, agentWorkload, findings, kube, workload } from './support';

const namespace = (level?: string) => kube('Namespace', APPS, {}, { labels: level ? { 'pod-security.kubernetes.io/enforce': level } : {} });
const strictPod = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
const strictContainer = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
const pod = (spec: JsonObject, container: JsonObject = {}, securityContext: JsonObject = strictContainer) =>
  workload('Deployment', 'web', { securityContext: strictPod, containers: [{ name: 'main', securityContext, ...container }], ...spec });
const refused = (what: string, level: string, remedy = 'tighten the security context') =>
  `[Deployment/web] pods: got ${what}, expected what namespace apps admits, which enforces Pod Security level "${level}"; ${remedy}, or raise the level of the namespace`;

test('passes when pods keep to the level', () => {
  const volumes = [
    { name: 'tmp', emptyDir: {} },
    { name: 'config', configMap: { name: 'web' } },
  ];
  expect(findings(podSecurity, { objects: [namespace('restricted'), pod({ volumes })] })).toEqual([]);
  const agent = kube('VMAgent', 'main', { spec: { useStrictSecurity: true } });
  expect(findings(podSecurity, { objects: [namespace('restricted'), agent] })).toEqual([]);
});

test.each([undefined, 'privileged'])('passes whatever a pod wants where the level is %s', (level) => {
  const objects = [
    namespace(level),
    workload('DaemonSet', 'web', { hostNetwork: true, volumes: [{ name: 'root', hostPath: { path: '/' } }] }),
  ];
  expect(findings(podSecurity, { objects })).toEqual([]);
});

test.each([
  ['hostNetwork', { hostNetwork: true }, {}, undefined],
  ['hostPID', { hostPID: true }, {}, undefined],
  ['hostIPC', { hostIPC: true }, {}, undefined],
  ['seccompProfile Unconfined', { securityContext: { seccompProfile: { type: 'Unconfined' } } }, {}, undefined],
  ['privileged in container main', {}, {}, { privileged: true }],
  ['capabilities SYS_ADMIN in container main', {}, {}, { capabilities: { add: ['SYS_ADMIN', 'CHOWN'] } }],
  ['seccompProfile Unconfined in container main', {}, {}, { seccompProfile: { type: 'Unconfined' } }],
  ['procMount in container main', {}, {}, { procMount: 'Unmasked' }],
  ['hostPort in container main', {}, { ports: [{ containerPort: 80, hostPort: 80 }] }, undefined],
  ['sysctl kernel.msgmax', { securityContext: { ...strictPod, sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }, {}, undefined],
  ['seLinuxOptions', { securityContext: { ...strictPod, seLinuxOptions: { type: 'spc_t' } } }, {}, undefined],
  ['appArmorProfile Unconfined in container main', {}, {}, { ...strictContainer, appArmorProfile: { type: 'Unconfined' } }],
  ['hostProcess in container main', {}, {}, { ...strictContainer, windowsOptions: { hostProcess: true } }],
  ['host of the preStop in container main', {}, { lifecycle: { preStop: { httpGet: { host: '127.0.0.1', path: '/' } } } }, undefined],
  ['host of the livenessProbe in container main', {}, { livenessProbe: { httpGet: { host: '127.0.0.1', path: '/' } } }, undefined],
])('fails under baseline for %s', (what, spec, container, context) => {
  expect(findings(podSecurity, { objects: [namespace('baseline'), pod(spec, container, context)] })).toEqual([refused(what, 'baseline')]);
});

test('fails for files of the node, with the other way to get one', () => {
  const volumes = [{ name: 'token', hostPath: { path: '/mnt' } }];
  expect(findings(podSecurity, { objects: [namespace('baseline'), pod({ volumes })] })).toEqual([
    refused('hostPath in volume token', 'baseline', 'take the file from a Secret instead of the node'),
  ]);
});

test.each([
  ['nfs in volume data', { volumes: [{ name: 'data', nfs: { path: '/' } }] }, undefined],
  ['runAsUser 0', { securityContext: { ...strictPod, runAsUser: 0 } }, undefined],
  ['runAsUser 0 in container main', {}, { ...strictContainer, runAsUser: 0 }],
  ['no allowPrivilegeEscalation: false in container main', {}, { capabilities: { drop: ['ALL'] } }],
  ['no runAsNonRoot: true in container main', { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, undefined],
  ['no seccompProfile RuntimeDefault in container main', { securityContext: { runAsNonRoot: true } }, undefined],
  ['no capabilities.drop: ALL in container main', {}, { allowPrivilegeEscalation: false }],
  [
    'capabilities CHOWN in container main',
    {},
    { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['CHOWN', 'NET_BIND_SERVICE'] } },
  ],
])('fails under restricted for %s', (what, spec, context) => {
  expect(findings(podSecurity, { objects: [namespace('restricted'), pod(spec, {}, context)] })).toEqual([refused(what, 'restricted')]);
});

test('warns of a level that is looser than what the rendered pods need, and of none where there are no pods', () => {
  const message = (level: string, needed: string) =>
    `warning: [Namespace/apps] metadata.labels["pod-security.kubernetes.io/enforce"]: got "${level}", expected "${needed}", which admits every pod that is ` +
    'rendered for it; leave the level out, or have the namespace unmanaged where pods of somebody else need more';
  const asUser = pod({}, {}, {});
  const onHost = pod({ hostNetwork: true });
  expect(findings(podSecurity, { objects: [namespace('privileged'), pod({})] })).toEqual([message('privileged', 'restricted')]);
  expect(findings(podSecurity, { objects: [namespace('privileged'), asUser] })).toEqual([message('privileged', 'baseline')]);
  expect(findings(podSecurity, { objects: [namespace('baseline'), pod({})] })).toEqual([message('baseline', 'restricted')]);
  expect(findings(podSecurity, { objects: [namespace('privileged'), asUser, onHost] })).toEqual([]);
  expect(findings(podSecurity, { objects: [namespace('privileged')] })).toEqual([]);
});

test('names everything at once', () => {
  const objects = [
    namespace('restricted'),
    workload('CronJob', 'other'),
    pod({ hostNetwork: true }, {}, { ...strictContainer, privileged: true }),
  ];
  expect(findings(podSecurity, { objects })).toEqual([refused('hostNetwork; privileged in container main', 'restricted')]);
});

test("looks at pods that the operator makes: a security context replaces the operator's strict one", () => {
  const loose = kube('VMSingle', 'main', { spec: {} });
  const replaced = kube('VMAgent', 'main', {
    spec: { useStrictSecurity: true, securityContext: { ...strictPod, ...strictContainer, runAsUser: 0 } },
  });
  const extra = kube('VMAgent', 'extra', {
    spec: { useStrictSecurity: true, containers: [{ name: 'proxy', securityContext: { privileged: true } }] },
  });
  const admits = 'expected what namespace apps admits, which enforces Pod Security level';
  expect(findings(podSecurity, { objects: [namespace('restricted'), loose, replaced] })).toEqual([
    `[VMAgent/main] pods: got runAsUser 0; runAsUser 0 in container vmagent, ${admits} "restricted"; tighten the security context, or raise the level of the namespace`,
    '[VMSingle/main] pods: got no allowPrivilegeEscalation: false in container vmsingle; no runAsNonRoot: true in container vmsingle; ' +
      `no seccompProfile RuntimeDefault in container vmsingle; no capabilities.drop: ALL in container vmsingle, ${admits} "restricted"; tighten the security context, or raise the level of the namespace`,
  ]);
  expect(findings(podSecurity, { objects: [namespace('baseline'), loose, extra] })).toEqual([
    `[VMAgent/extra] pods: got privileged in container proxy, ${admits} "baseline"; tighten the security context, or raise the level of the namespace`,
  ]);
});

test('warns of a token that is a file of the node, whatever the level', () => {
  const agent = kube('VMAgent', 'main', {
    spec: {
      remoteWrite: [{ url: 'http://store' }, { url: 'https://cloud' }],
      extraArgs: { 'remoteWrite.bearerTokenFile': '"",/etc/tokens/token' },
      volumes: [{ name: 'token', hostPath: { path: '/mnt/metadata' } }],
      volumeMounts: [{ name: 'token', mountPath: '/etc/tokens' }],
    },
  });
  expect(findings(podSecurity, { objects: [agent] })).toEqual([
    'warning: [VMAgent/main] spec.extraArgs["remoteWrite.bearerTokenFile"][1]: got file /mnt/metadata/token of the node, expected a Secret, ' +
      'because only a namespace of Pod Security level "privileged" admits pods with files of the node; use a Secret where something renews the token in it',
  ]);
});

test('warns of a token that is a file of the node for workloads, too, once for all shards', () => {
  const shards = ['main-0', 'main-1'].map((name) =>
    agentWorkload(name, ['http://store', 'https://cloud'], ['-remoteWrite.bearerTokenFile="",/etc/tokens/token'], {
      volumes: [{ name: 'token', hostPath: { path: '/mnt/metadata' } }],
      volumeMounts: [{ name: 'token', mountPath: '/etc/tokens' }],
    }),
  );
  expect(findings(podSecurity, { objects: shards })).toEqual([
    'warning: [StatefulSet/main-0] spec.template.spec.containers[vmagent].args["-remoteWrite.bearerTokenFile"][1]: got file /mnt/metadata/token of the node, expected a Secret, ' +
      'because only a namespace of Pod Security level "privileged" admits pods with files of the node; use a Secret where something renews the token in it',
  ]);
});
