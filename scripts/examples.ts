// npm run examples: writes the manifests of each example, as its `main.ts` does, and the blocks of docs/library.md as files.
import '../examples/beside-prometheus-operator/main';
import '../examples/nebius-cloud-only/main';
import '../examples/own-exporter/main';
import '../examples/three-clusters/main';
import { writeBlocks } from './library-blocks';

writeBlocks();
