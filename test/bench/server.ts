// SPDX-License-Identifier: BSD-2-Clause
// One server process under load. For rates it has one core to itself and what asks it the others.
import { execFileSync } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdtemp, open as openFile, rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pin, type ServerProcess, seedCloud, serveProcess, toolIn } from './cloud-process'
import { load, open } from './load'
import { action, type Endpoint, getObject, putBucket, putObject, putObjectHead } from './requests'
import { asFast, atLeast, atMost, median, type Row } from './row'

const mib = 1024 * 1024
const objectBytes = 1024 * mib
const rounds = 3

/** A file, by way of one buffer: a stream would make garbage of every piece, and cost more than what is measured. */
const send = async (socket: Socket, path: string): Promise<void> => {
  const file = await openFile(path)
  const buffer = Buffer.allocUnsafeSlow(mib)
  for (;;) {
    const { bytesRead } = await file.read(buffer)
    if (bytesRead === 0) break
    await new Promise<void>((resolve, reject) =>
      socket.write(buffer.subarray(0, bytesRead), error => (error ? reject(error) : resolve())),
    )
  }
  await file.close()
}

/** One request on a connection of its own; seconds until its answer was whole. `body` is a file. */
const ask = async (port: number, head: Buffer, body?: string): Promise<number> => {
  const started = performance.now()
  let answered = () => {}
  const answer = new Promise<void>(resolve => {
    answered = resolve
  })
  const socket = await open(port, () => answered())
  socket.write(head)
  if (body) await send(socket, body)
  await answer
  socket.destroy()
  return (performance.now() - started) / 1000
}

const cpuSeconds = (pid: number): number => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}

const rssMib = (pid: number): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'latin1' })) / 1024

const rate = async (
  server: ServerProcess,
  requests: readonly Buffer[],
  about: { readonly name: string; readonly floor: number; readonly connections: number },
): Promise<Row[]> => {
  let before = 0
  const { answers, seconds } = await load(server.port, requests, {
    seconds: 5,
    warmSeconds: 3,
    connections: about.connections,
    onStart: () => {
      before = cpuSeconds(server.pid)
    },
  })
  const row = { name: about.name, unit: '/s', floor: about.floor, target: 1 }
  const busy = cpuSeconds(server.pid) - before
  const rows = [atLeast({ ...row, measured: answers / seconds })]
  // On a machine that others use too, what the server did with the time it got says more.
  if (busy < seconds * 0.95) {
    rows.push(atLeast({ ...row, name: `${about.name}, of its CPU time`, measured: answers / busy }))
  }
  return rows
}

const rates = async (
  program: string,
  home: string,
  endpointOf: (port: number) => Endpoint,
): Promise<Row[]> => {
  const server = await serveProcess(program, home, 0)
  const others = cpus().length > 1 ? `1-${cpus().length - 1}` : '0'
  pin(process.pid, others)
  try {
    const endpoint = endpointOf(server.port)
    const pool = (name: string) => Array.from({ length: 50 }, () => action(endpoint, name))
    return [
      ...(await rate(server, pool('DescribeImages'), {
        name: 'DescribeImages of ten',
        floor: 5000,
        connections: 16,
      })),
      ...(await rate(server, pool('DescribeInstances'), {
        name: 'DescribeInstances of 1,000',
        floor: 100,
        connections: 4,
      })),
    ]
  } finally {
    pin(process.pid, `0-${cpus().length - 1}`)
    await server.stop()
  }
}

const makeFile = async (path: string): Promise<void> => {
  const file = await openFile(path, 'wx')
  const block = randomFillSync(Buffer.alloc(mib))
  for (let at = 0; at < objectBytes; at += mib) {
    // Pieces that differ cost no more to make.
    block.writeUInt32LE(at / mib)
    await file.write(block)
  }
  await file.close()
}

/** PUT and GET of one object against `cp`, in turns; what reaches the disk later is nobody's time. */
const transfers = async (directory: string, endpoint: Endpoint): Promise<Row[]> => {
  const file = join(directory, 'object')
  await makeFile(file)
  await ask(endpoint.port, putBucket(endpoint, 'bench'))
  const times = { cp: [] as number[], put: [] as number[], get: [] as number[] }
  for (let round = 0; round < rounds; round++) {
    execFileSync('sync')
    const started = performance.now()
    execFileSync('cp', [file, `${file}-copy`])
    times.cp.push((performance.now() - started) / 1000)
    await rm(`${file}-copy`)
    execFileSync('sync')
    times.put.push(await ask(endpoint.port, putObjectHead(endpoint, 'bench/object', objectBytes), file))
    execFileSync('sync')
    times.get.push(await ask(endpoint.port, getObject(endpoint, 'bench/object')))
  }
  const about = { unit: 's', floor: median(times.cp), target: 0.5 }
  return [
    asFast({ ...about, name: 'S3 PUT of 1 GiB / cp', measured: median(times.put) }),
    asFast({ ...about, name: 'S3 GET of 1 GiB / cp', measured: median(times.get) }),
  ]
}

/** Milliseconds from the start of the process to its first answer. */
const firstAnswer = async (
  program: string,
  home: string,
  endpointOf: (port: number) => Endpoint,
): Promise<Row> => {
  const times: number[] = []
  for (let round = 0; round < 5; round++) {
    const server = await serveProcess(program, home)
    try {
      await ask(server.port, action(endpointOf(server.port), 'DescribeImages'))
      times.push(performance.now() - server.spawnedAt)
    } finally {
      await server.stop()
    }
  }
  return atMost({ name: 'start to first answer', unit: 'ms', measured: median(times), floor: 300, target: 1 })
}

/**
 * Memory under a mixed load: medians of two stretches of the same length, after as long a time to fill caches and the
 * heap's young generation.
 */
const memory = async (server: ServerProcess, endpoint: Endpoint): Promise<Row> => {
  const stretch = 10
  const body = randomFillSync(Buffer.alloc(64 * 1024))
  await ask(server.port, putBucket(endpoint, 'mixed'))
  const requests = Array.from({ length: 40 }, (_, index) => [
    action(endpoint, 'DescribeImages'),
    action(endpoint, 'DescribeInstances', { MaxResults: '20' }),
    putObject(endpoint, `mixed/${index}`, body),
    getObject(endpoint, `mixed/${index}`),
    action(endpoint, 'CreateTags', {
      'ResourceId.1': 'emi-00000001',
      'Tag.1.Key': 'a',
      'Tag.1.Value': `${index}`,
    }),
  ]).flat()
  // Everything is there before it is asked for.
  for (const request of requests.filter((_, index) => index % 5 === 2)) await ask(server.port, request)
  const samples: number[][] = [[], []]
  const started = performance.now()
  const timer = setInterval(() => {
    const number = Math.floor((performance.now() - started) / 1000 / stretch) - 1
    samples[number]?.push(rssMib(server.pid))
  }, 250)
  await load(server.port, requests, { seconds: 3 * stretch })
  clearInterval(timer)
  const [early = [], late = []] = samples
  return atMost({
    name: `memory after ${3 * stretch} s of load / after ${2 * stretch} s`,
    unit: 'MiB',
    measured: median(late),
    floor: median(early),
    target: 1.1,
  })
}

/** `dist` must have been built. Needs 5 GiB in the temporary folder. */
export const benchServer = async (): Promise<Row[]> => {
  const directory = await mkdtemp(join(tmpdir(), 'mallee-bench-'))
  try {
    const home = join(directory, 'cloud')
    const key = await seedCloud(home, { images: 10, instances: 1000 })
    const program = toolIn(directory, 'mallee')
    const endpointOf = (port: number): Endpoint => ({ port, key })
    const rows = [...(await rates(program, home, endpointOf)), await firstAnswer(program, home, endpointOf)]
    const server = await serveProcess(program, home)
    try {
      rows.push(...(await transfers(directory, endpointOf(server.port))))
      rows.push(await memory(server, endpointOf(server.port)))
    } finally {
      await server.stop()
    }
    return rows
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
