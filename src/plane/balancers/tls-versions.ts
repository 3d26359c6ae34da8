// SPDX-License-Identifier: BSD-2-Clause
// Which versions of TLS a listener speaks. Programs that end TLS can be told the first and the last one, and nothing of
// those between: of a policy with a gap the newest without one are spoken, and never a version that it does not name.

/** In their order. SSL 3 is not among them: it is spoken by nobody any more, and by Eucalyptus' workers never was. */
const inOrder = ['TLSv1.0', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const

export type TlsVersion = (typeof inOrder)[number]

/** The first and the last version; undefined where a policy names none of them. */
export const versionsSpoken = (
  protocols: readonly string[],
): { readonly from: TlsVersion; readonly to: TlsVersion } | undefined => {
  const newestFirst = [...inOrder].reverse()
  const start = newestFirst.findIndex(version => protocols.includes(version))
  const gap = newestFirst.findIndex((version, index) => index > start && !protocols.includes(version))
  const run = start < 0 ? [] : newestFirst.slice(start, gap < 0 ? undefined : gap)
  const [to, from] = [run[0], run.at(-1)]
  return to && from && { from, to }
}
