import { Kubectl, type KubectlError, Trouble } from '../../../lib/cli/kubectl';
import { ExitCode } from '../../../lib/cli/report';
import { KubectlStub } from './init/stub';

let stub: KubectlStub;
beforeEach(() => {
  stub = new KubectlStub();
});
afterEach(() => stub.remove());

async function failure(work: Promise<unknown>): Promise<KubectlError> {
  return work.then(
    () => {
      throw new Error('expected an error');
    },
    (error: KubectlError) => error,
  );
}

test('reads objects of all namespaces or of one, and what the API server answers at a path', async () => {
  stub.answers('pods', { items: [{ metadata: { name: 'a' } }] });
  stub.answers('_version', { gitVersion: 'v1.34.4' });
  const kubectl = new Kubectl({ context: 'lab', kubeconfig: '/tmp/k' });
  expect(await kubectl.get('pods')).toEqual([{ metadata: { name: 'a' } }]);
  expect(await kubectl.get('pods', { namespace: 'soperator', selector: 'app=x' })).toHaveLength(1);
  expect(await kubectl.raw('/version')).toEqual({ gitVersion: 'v1.34.4' });
  expect(stub.asked()).toEqual([
    'get pods --all-namespaces -o json --context=lab --kubeconfig=/tmp/k --request-timeout=30s',
    'get pods --namespace soperator -l app=x -o json --context=lab --kubeconfig=/tmp/k --request-timeout=30s',
    'get --raw /version --context=lab --kubeconfig=/tmp/k --request-timeout=30s',
  ]);
});

test('asks whether a Secret is there without its value', async () => {
  stub.answers('secret-key', 'key Opaque 1 5m');
  const kubectl = new Kubectl();
  expect(await kubectl.exists('secret', 'soperator', 'key')).toBe(true);
  expect(await kubectl.exists('secret', 'soperator', 'other')).toBe(false);
  expect(stub.asked().join()).not.toMatch(/json|yaml/);
});

test.each([
  ['error: current-context must exist in order to minify', Trouble.NO_CONTEXT, /^context: got the current one, and kubectl says ".*"/],
  ['error: cannot locate context nope', Trouble.NO_CONTEXT, /choose one of `kubectl config get-contexts` with --context/],
  ['Error in configuration: context was not found for specified context: nope', Trouble.NO_CONTEXT, /--kubeconfig$/],
  [
    'E1126 memcache.go:265] "Unhandled Error"\nThe connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
    Trouble.UNREACHABLE,
    /^API server: got no answer, and kubectl says "The connection to the server 127\.0\.0\.1:1 was refused/,
  ],
  ['Unable to connect to the server: dial tcp: lookup x: no such host', Trouble.UNREACHABLE, /try `kubectl version`/],
  ['error: You must be logged in to the server (Unauthorized)', Trouble.UNKNOWN_USER, /log in again/],
  [
    'Error from server (Forbidden): pods is forbidden: User "x" cannot list',
    Trouble.FORBIDDEN,
    /^kubectl get pods --all-namespaces: Error from/,
  ],
  ['error: the server doesn\'t have a resource type "pods"', Trouble.ABSENT, /resource type/],
  ['error: something new', Trouble.FAILED, /^kubectl get pods --all-namespaces: error: something new$/],
])('tells from %j what is wrong', async (said, trouble, message) => {
  stub.fails('pods', said);
  const error = await failure(new Kubectl().get('pods'));
  expect(error).toMatchObject({ trouble, exitCode: ExitCode.UNREACHABLE, message: expect.stringMatching(message) });
});

test('without kubectl it says so', async () => {
  const path = process.env.PATH;
  process.env.PATH = '/nonexistent';
  try {
    const error = await failure(new Kubectl().get('pods'));
    expect(error).toMatchObject({
      trouble: Trouble.NO_PROGRAM,
      exitCode: ExitCode.UNREACHABLE,
      message: 'kubectl: got no such program, expected it in PATH; install it, or add its folder to PATH',
    });
  } finally {
    process.env.PATH = path;
  }
});
