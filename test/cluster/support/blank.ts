const NO_INFINIBAND = 'no node has InfiniBand';
const NO_NODE_CAME_BACK = 'no node came back or finished to drain since the exporter started';
const NO_WAIT = 'no container waits or has ended';
const NO_PODS_START = 'a pod that starts counts while it is in the window, and none does';
const GRAFANA = 'what stands in for Grafana serves a page that never changes, and means are of what changed';
const XID_OF_NOBODY = 'the only GPU with an error is held by no pod, and so belongs to no worker';

/** Panels that show nothing in a test cluster, and why: by dashboard and title. */
export const BLANK: { readonly [dashboard: string]: { readonly [panel: string]: string } } = {
  'Cluster health': {
    'SLURM controller up for': 'no slurmctld runs: answers of a slurmrestd stand for it',
    'Release in use since': 'it looks once an hour, and the store may be younger',
    'Mean time unavailable, 1 d': NO_NODE_CAME_BACK,
    'Mean time draining, 1 d': NO_NODE_CAME_BACK,
    'Time unavailable': NO_NODE_CAME_BACK,
    'Time draining': NO_NODE_CAME_BACK,
    'Nodes of a job': 'every job that runs has one node',
    'Jobs that hardly use their GPUs': 'the GPUs of the jobs are busy',
  },
  'Jobs overview': {
    'Ended well in this range': 'jobs ended before the pipeline was there',
    'InfiniBand traffic': NO_INFINIBAND,
    'GPUs by their last XID': XID_OF_NOBODY,
    'XID errors by worker': XID_OF_NOBODY,
  },
  'Workers overview': {
    'InfiniBand traffic': NO_INFINIBAND,
    'InfiniBand traffic by worker': NO_INFINIBAND,
    'InfiniBand link errors by worker': NO_INFINIBAND,
    'InfiniBand link errors by kind': NO_INFINIBAND,
    'Other InfiniBand errors by kind': NO_INFINIBAND,
  },
  'Workers stats': {
    'InfiniBand ports lost': NO_INFINIBAND,
    'InfiniBand traffic': NO_INFINIBAND,
    'InfiniBand errors': NO_INFINIBAND,
    'Turns of tasks on CPUs': 'the kernel gives no /proc/schedstat',
  },
  'Node Exporter': {
    'InfiniBand ports down': NO_INFINIBAND,
    'InfiniBand traffic': NO_INFINIBAND,
    'InfiniBand errors': NO_INFINIBAND,
    'InfiniBand ports that are not active': NO_INFINIBAND,
    'InfiniBand ports with errors': NO_INFINIBAND,
    'InfiniBand of the node': NO_INFINIBAND,
    'InfiniBand errors of the node': NO_INFINIBAND,
    'Memory errors': 'a virtual machine tells nothing of its memory modules',
    Temperatures: 'a virtual machine has no sensors',
  },
  Kubelet: {
    'Certificates expire in': 'kubelets have certificates that nobody renews',
    'Slow pod starts': NO_PODS_START,
    'Time to start a pod': NO_PODS_START,
    'Time to pull an image': 'images are on the nodes before they are asked for',
    'Failed starts by reason': 'no container failed to start',
    'Evictions and refusals': 'no pod was evicted or refused',
    'Kubelets that do not answer': 'every kubelet answers',
  },
  'Kubernetes system': {
    'Pods that are not ready': 'every pod is ready',
    'Why containers wait': NO_WAIT,
    'Containers that wait': NO_WAIT,
    'Why containers ended': NO_WAIT,
    'Containers that restart most': 'no container was restarted',
    'Most held back by the CPU limit': 'cAdvisor counts no periods of the CPU limit',
  },
  'VictoriaMetrics health': {
    'Targets that are down': 'every target is up',
    'Objects that are not in order': 'the operator has all its objects in order',
  },
  Grafana: {
    'Slow requests': GRAFANA,
    'Time of requests': GRAFANA,
    'Slowest handlers': GRAFANA,
    'Handlers that fail': GRAFANA,
    'Time of data sources': GRAFANA,
  },
};

/** More of them where one value of each variable is chosen. */
export const BLANK_WITH_ONE: typeof BLANK = {
  'Cluster health': {
    'Nodes with problems': 'the worker that is chosen is well',
    'Problems of nodes over time': 'the worker that is chosen is well',
  },
  'Jobs overview': { 'Waiting jobs by reason': 'the job that is chosen runs' },
  'Workers overview': { 'GPUs by their last XID': XID_OF_NOBODY, 'XID errors by worker': XID_OF_NOBODY },
};
