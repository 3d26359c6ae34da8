// SPDX-License-Identifier: BSD-2-Clause
import { flag, positional } from '../cli/options'
import { local } from '../cli/suites'
import type { HostEntry } from '../serve/host-entries'

/** What keeps a port from being what its name says. */
const remarks = ({ ports }: HostEntry): string[] =>
  ports.flatMap(({ port, mapped, trouble }) => {
    if (mapped !== undefined) return [`port ${port} is at ${mapped}`]
    return trouble === undefined ? [] : [`port ${port}: ${trouble}`]
  })

const line = (entry: HostEntry): string[] => {
  const said = remarks(entry)
  return [entry.address, ...entry.names, ...(said.length > 0 ? [`# ${said.join(', ')}`] : [])]
}

const curlOptions = ({ address, names, ports }: HostEntry): string[][] =>
  names.flatMap(name =>
    ports
      .filter(({ mapped, trouble }) => mapped !== undefined || trouble === undefined)
      .map(({ port, mapped }) => [
        mapped === undefined
          ? `--resolve ${name}:${port}:${address}`
          : `--connect-to ${name}:${port}:${address}:${mapped}`,
      ]),
  )

export default local.command({
  summary:
    'Show names and addresses of load balancers and answering instances of the cloud in the data folder',
  description:
    'As lines for /etc/hosts, with a remark where a port could not be had and is answered elsewhere. With --curl as ' +
    'options of curl, which then needs no other help: curl $(mallee hosts --curl) URL.',
  options: {
    names: positional('NAME', {
      nargs: '*',
      help: 'name in the DNS, name of a load balancer, or ID of an instance',
    }),
    curl: flag('--curl', { help: 'show options of curl instead' }),
  },
  call: async (context, { names }) => {
    const { hostsOf } = await import('../serve/hosts')
    const { servers } = await import('../serve/claim')
    const { malleeHome } = await context.settings()
    const entries = await hostsOf(malleeHome, names, context)
    const isAnswered = servers(malleeHome).length > 0 || entries.some(({ by }) => by !== undefined)
    if (entries.length > 0 && !isAnswered) {
      await context.warn('No server runs on the folder: nothing answers there until `mallee serve` does')
    }
    return entries
  },
  rows: (entries, { curl }) => entries.flatMap(entry => (curl ? curlOptions(entry) : [line(entry)])),
})
