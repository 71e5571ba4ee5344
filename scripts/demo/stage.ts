// The demo's nodes and the wires between them, and what a person may do to them.
import { type DemoNode, setWire } from './network.ts';

export interface Stage {
  readonly nodes: readonly DemoNode[];
  /** Of each wire that is cut: the names of its ends. */
  readonly cuts: Set<string>;
  toggleWire(one: number, other: number): Promise<void>;
  toggleNode(index: number): Promise<void>;
}

export function wireName(one: DemoNode, other: DemoNode): string {
  return [one.settings.name, other.settings.name].sort().join(' - ');
}

export function createStage(nodes: readonly DemoNode[]): Stage {
  const cuts = new Set<string>();
  return {
    nodes,
    cuts,
    async toggleWire(one, other) {
      const [a, b] = [nodes[one], nodes[other]];
      if (!a || !b) return;
      const name = wireName(a, b);
      const isCut = cuts.has(name);
      if (isCut) cuts.delete(name);
      else cuts.add(name);
      await setWire(a, b, isCut ? 'heal' : 'cut');
    },
    async toggleNode(index) {
      const node = nodes[index];
      if (!node) return;
      if (node.isUp()) return node.stop();
      await node.start();
      for (const other of nodes) if (cuts.has(wireName(node, other))) await setWire(node, other, 'cut');
    },
  };
}
