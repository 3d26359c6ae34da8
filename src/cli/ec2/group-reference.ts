// SPDX-License-Identifier: BSD-2-Clause

/** Security groups as requests name them: IDs and names apart, neither list present when empty. */
export const groupReferences = (
  groups: readonly string[],
): { GroupIds?: string[]; GroupNames?: string[] } => {
  const ids = groups.filter(group => group.startsWith('sg-'))
  const names = groups.filter(group => !group.startsWith('sg-'))
  return { ...(ids.length > 0 && { GroupIds: ids }), ...(names.length > 0 && { GroupNames: names }) }
}
