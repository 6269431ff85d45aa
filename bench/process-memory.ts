import { readdirSync, readFileSync } from 'node:fs';

/** Resident memory of a process and all of its descendants, in MB. Linux only: read from /proc. */
export function treeMemoryMb(pid: number): number {
  const children = childrenByParent();
  const add = (one: number): number =>
    residentKb(one) + (children.get(one) ?? []).reduce((sum, child) => sum + add(child), 0);
  return Math.round(add(pid) / 1024);
}

function childrenByParent(): Map<number, number[]> {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(/^PPid:\s+(\d+)/m.exec(readStatus(name))?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  return children;
}

function residentKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readStatus(String(pid)))?.[1] ?? 0);
}

function readStatus(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}
