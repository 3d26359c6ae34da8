// SPDX-License-Identifier: BSD-2-Clause
import { local } from '../cli/suites'
import type { Status } from '../serve/status'

type Port = NonNullable<Status['balancers']>[number]['ports'][number]

const portText = ({ port, mapped, trouble }: Port): string =>
  mapped === undefined ? (trouble === undefined ? `${port}` : `${port} (${trouble})`) : `${port} at ${mapped}`

const rowsOf = ({ home, servers, resolvers = [], balancers = [], guests = [], ...rest }: Status) => [
  ['HOME', home],
  ...servers.map(endpoint => ['SERVER', endpoint]),
  ...resolvers.map(address => ['DNS', address]),
  ...balancers.map(({ address, names, by, ports }) => [
    ...['BALANCER', names[0], address, by ?? 'not served'],
    ports.map(portText).join(','),
  ]),
  ...guests.map(({ instance, address, pid, running }) => [
    ...['GUEST', instance, address, `pid ${pid}${running ? '' : ' (ended)'}`],
  ]),
  ...countRows(rest),
]

const countRows = ({
  counts,
  jobs,
  disks,
  folders,
}: Pick<Status, 'counts' | 'jobs' | 'disks' | 'folders'>) => [
  ...Object.entries(counts).map(([name, count]) => ['COUNT', name, count]),
  ['JOBS', jobs],
  ...Object.entries(disks).map(([name, { logical, real, shared }]) => ['DISKS', name, logical, real, shared]),
  ...Object.entries(folders).map(([name, bytes]) => ['BYTES', name, bytes.logical, bytes.real]),
]

export default local.command({
  summary: 'Show what the cloud in the data folder holds',
  description:
    'DISKS lines give, for snapshots and for volumes, the sizes of the disks, the bytes that they really take, and ' +
    'those that were saved by keeping once what several snapshots have. BYTES lines give, for each part of the ' +
    'folder, the sizes of its files and the bytes they really take: holes and blocks that files share cost nothing. ' +
    'BALANCER and GUEST lines tell what listens beside a server, and where.',
  options: {},
  call: async context => {
    const { statusOf } = await import('../serve/status')
    const { malleeHome } = await context.settings()
    const none = { home: malleeHome, servers: [], counts: {}, jobs: 0, disks: {}, folders: {} }
    return (await statusOf(malleeHome, context)) ?? none
  },
  rows: rowsOf,
})
