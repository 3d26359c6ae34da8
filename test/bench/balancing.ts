// SPDX-License-Identifier: BSD-2-Clause
// Requests a second through a load balancer to an instance, against the same HAProxy with a configuration written by hand.
// The instance is a HAProxy, too, which answers by itself, so that it is not what is measured.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { PlannedListener } from '../../src/engine/elb/plan'
import { HaproxyBalancing } from '../../src/plane/balancers/haproxy'
import { findHaproxy, type HaproxyProgram } from '../../src/plane/balancers/haproxy-program'
import { issueCertificate } from '../support/certificates'
import { load } from './load'
import { atLeast, median, type Row } from './row'

const [instance, byHand, balancer] = ['127.251.1.1', '127.251.1.2', '127.251.1.3'] as const
const rounds = 3
const seconds = 2

const instanceConfig = `
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
frontend instance
  bind ${instance}:8888
  http-request return status 200 content-type text/plain string hello
`

const handConfig = `
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
frontend plain
  bind ${byHand}:8080
  option forwardfor
  default_backend instances
frontend secure
  bind ${byHand}:8443 ssl crt hand.pem no-tlsv13 ciphers ECDHE-RSA-AES128-GCM-SHA256
  option forwardfor
  default_backend instances
backend instances
  balance roundrobin
  server one ${instance}:8888
`

const isAnswered = (host: string, port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect({ host, port }, () => {
      socket.destroy()
      resolve(true)
    }).once('error', () => resolve(false))
  })

const started = async (
  program: HaproxyProgram,
  folder: string,
  [file, config, host, port]: readonly [string, string, string, number],
): Promise<ChildProcess> => {
  writeFileSync(join(folder, file), config)
  const child = spawn(program.path, ['-db', '-f', file], { cwd: folder, stdio: 'inherit' })
  while (!(await isAnswered(host, port))) await pause(20)
  return child
}

const request = [Buffer.from('GET / HTTP/1.1\r\nHost: web\r\n\r\n')]

const rate = async (host: string, port: number): Promise<number> => {
  const where = { host, isTls: port === 8443 }
  const { answers, seconds: took } = await load(port, request, {
    seconds,
    warmSeconds: 0.5,
    connections: 32,
    where,
  })
  return answers / took
}

export const benchBalancing = async (): Promise<Row[]> => {
  const program = await findHaproxy()
  if (typeof program === 'string') {
    process.stderr.write(`balancing: ${program}\n`)
    return []
  }
  const folder = mkdtempSync(join(tmpdir(), 'mallee-bench-balancing-'))
  const { certificate: body, privateKey } = issueCertificate({
    name: 'bench',
    key: 0,
    to: '2049-01-01T00:00:00Z',
  })
  writeFileSync(join(folder, 'hand.pem'), `${body}${privateKey}`)
  const web = { instancePort: 8888, protocol: 'HTTP', instanceProtocol: 'HTTP' } as const
  const tls = { protocols: ['TLSv1.2'], ciphers: ['ECDHE-RSA-AES128-GCM-SHA256'], isServersOrder: true }
  const listeners: readonly PlannedListener[] = [
    { ...web, port: 8080 },
    { ...web, port: 8443, protocol: 'HTTPS', certificate: { body, privateKey }, tls },
  ]
  const balancing = new HaproxyBalancing({
    program,
    folder: join(folder, 'balancer'),
    threads: Math.min(4, availableParallelism()),
    tell: (_, text) => void process.stderr.write(`${text}\n`),
  })
  const children = [
    await started(program, folder, ['instance.cfg', instanceConfig, instance, 8888]),
    await started(program, folder, ['hand.cfg', handConfig, byHand, 8443]),
  ]
  await balancing.apply({
    ...{
      key: '1/bench',
      id: '0'.repeat(32),
      account: '1',
      name: 'bench',
      dnsName: 'bench',
      address: balancer,
    },
    ...{ idleSeconds: 60, accessLogs: { enabled: false, interval: 60 }, backends: [], listeners },
    targets: [
      { instanceId: 'i-00000001', address: instance, zone: 'PARTI00', state: 'serves', ports: [8888] },
    ],
  })
  const rows: Row[] = []
  for (const [name, port] of [
    ['through a balancer', 8080],
    ['through a balancer, TLS', 8443],
  ] as const) {
    const measured: number[] = []
    const floors: number[] = []
    // By turns, so that what else this machine does is in both.
    for (let round = 0; round < rounds; round++) {
      measured.push(await rate(balancer, port))
      floors.push(await rate(byHand, port))
    }
    rows.push(
      atLeast({ name, unit: 'requests/s', measured: median(measured), floor: median(floors), target: 0.7 }),
    )
  }
  await balancing.stop()
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
  return rows
}
