// SPDX-License-Identifier: BSD-2-Clause
// Putting things after what they depend on.

/**
 * All of them, each after those that it depends on, else as they are given. `circle` is told the first circle that is met.
 */
export const inOrder = (
  nodes: Iterable<string>,
  dependenciesOf: (node: string) => Iterable<string>,
  circle: (nodes: readonly string[]) => never,
): readonly string[] => {
  const done = new Set<string>()
  const path = new Set<string>()
  const add = (node: string): void => {
    if (done.has(node)) return
    if (path.has(node)) circle([...path].slice([...path].indexOf(node)))
    path.add(node)
    for (const dependency of dependenciesOf(node)) add(dependency)
    path.delete(node)
    done.add(node)
  }
  for (const node of nodes) add(node)
  return [...done]
}
