import type { Tree } from '@lezer/common';
import type { Span } from './ast';

/** A node of the tree that the grammar makes of a text. */
export interface TreeNode extends Span {
  /** As in the grammar: `VectorSelector`. */
  readonly name: string;
  readonly parent?: TreeNode;
  readonly children: readonly TreeNode[];
}

type Growing = TreeNode & { readonly children: TreeNode[] };

let parser: { parse(text: string): Tree } | undefined;

/** Prometheus' own grammar. Its tables take longer to load than many queries to read, so that who reads none does not load them. */
function grammar(): { parse(text: string): Tree } {
  // the package says that its types are those of an ES module, of which a CommonJS module cannot import the value
  parser ??= (require('@prometheus-io/lezer-promql') as { readonly parser: { parse(text: string): Tree } }).parser;
  return parser;
}

/**
 * Reads a text by the grammar, which finds a tree for any.
 *
 * @returns the tree without comments, and its first node that has no place in the grammar. @default - all have
 */
export function readTree(code: string): { readonly root: TreeNode; readonly hole?: TreeNode } {
  let hole: TreeNode | undefined;
  const tree = grammar().parse(code);
  const root: Growing = { name: tree.type.name, start: 0, end: code.length, children: [] };
  // copied in one pass: the nodes of the library look for children and names anew each time they are asked
  const around = [root];
  tree.iterate({
    enter({ type, from, to }) {
      if (type.isTop) return true;
      if (type.name === 'LineComment') return false;
      const parent = around.at(-1) ?? root;
      const node: Growing = { name: type.name, start: from, end: to, parent, children: [] };
      if (type.isError) hole ??= node;
      parent.children.push(node);
      around.push(node);
      return true;
    },
    leave({ type }) {
      if (!type.isTop) around.pop();
    },
  });
  return hole === undefined ? { root } : { root, hole };
}

/** The first child of a name. */
export function childOf(node: TreeNode, name: string): TreeNode | undefined {
  return node.children.find((child) => child.name === name);
}
