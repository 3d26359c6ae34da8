// SPDX-License-Identifier: BSD-2-Clause
// Takes what HAProxy has logged into the bucket that the balancer's attributes name.
//
// HAProxy writes to files, which nobody can be too slow for, and which are there after this process was killed. How far
// they have been taken is written down after the object was put: of a server that dies between the two, lines come twice.
import { closeSync, fstatSync, openSync, readFileSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { stageBody } from '../../engine/bytes/stage-body'
import type { BalancerPlan } from '../../engine/elb/plan'
import { isHttp, isTls } from '../../engine/elb/protocols'
import type { Engine } from '../../engine/engine'
import { Refusal } from '../../engine/errors'
import { administratorName, userCaller } from '../../engine/iam/callers'
import { s3 } from '../../engine/s3'
import { putObject } from '../../engine/s3/objects'
import { writeWhole } from '../../engine/whole-file'
import { accessLogLine, type LoggedListener } from './access-log-lines'
import type { Tell } from './balancing'
import { frontendOf } from './haproxy-config'
import { foldersIn } from './leftovers'

export type LoggedBalancer = Pick<BalancerPlan, 'account' | 'name' | 'address' | 'accessLogs' | 'listeners'>

export interface LogOptions {
  readonly engine: Engine
  readonly folder: string
  readonly isWriting: (file: string) => boolean
  /** Have another file begun. */
  readonly freshLog: () => void
  readonly tell: Tell
}

const positionsFile = 'access-positions.json'
/** Of one object, which is read into memory. */
const mostBytes = 16 * 1024 * 1024

/** Of a file that others follow; what was delivered of it is in the way. */
const largeBytes = 64 * 1024 * 1024

type Positions = Record<string, number>

const readPositions = (folder: string): Positions => {
  try {
    return JSON.parse(readFileSync(join(folder, positionsFile), 'utf8')) as Positions
  } catch {
    return {}
  }
}

const writePositions = (folder: string, positions: Positions): void => {
  writeWhole(join(folder, positionsFile), JSON.stringify(positions))
}

/** Whole lines of a file from a position on. */
const linesFrom = (file: string, start: number): { readonly lines: string[]; readonly end: number } => {
  const handle = openSync(file, 'r')
  try {
    const size = Math.min(fstatSync(handle).size - start, mostBytes)
    if (size <= 0) return { lines: [], end: start }
    const bytes = Buffer.alloc(size)
    const read = readSync(handle, bytes, 0, size, start)
    const last = bytes.subarray(0, read).lastIndexOf(10)
    if (last < 0) return { lines: [], end: start }
    return { lines: bytes.toString('latin1', 0, last).split('\n'), end: start + last + 1 }
  } finally {
    closeSync(handle)
  }
}

const loggedListeners = ({ listeners }: LoggedBalancer): readonly LoggedListener[] =>
  listeners.map(listener => ({
    frontend: frontendOf(listener),
    port: listener.port,
    isHttp: isHttp(listener.protocol),
    isTls: isTls(listener.protocol),
  }))

/** `[prefix/]AWSLogs/123456789012/elasticloadbalancing/…`, as AWS names them. */
const keyOf = (
  { account, name, address, accessLogs }: LoggedBalancer,
  region: string,
  end: Date,
  random: string,
): string => {
  const time = end.toISOString()
  const stamp = `${time.slice(0, 16).replace(/[-:]/g, '')}Z`
  const file = [account, 'elasticloadbalancing', region, name, stamp, address, random].join('_')
  const prefix = accessLogs.prefix ? `${accessLogs.prefix.replace(/\/+$/, '')}/` : ''
  return `${prefix}AWSLogs/${account}/elasticloadbalancing/${region}/${time.slice(0, 10).replace(/-/g, '/')}/${file}.log`
}

/** The cloud's own word for it, and the file system's. */
const isOutOfSpace = (error: unknown): boolean =>
  error instanceof Error &&
  ['InsufficientStorage', 'ENOSPC'].includes((error as NodeJS.ErrnoException).code ?? '')

const put = async (options: LogOptions, balancer: LoggedBalancer, lines: readonly string[], end: Date) => {
  const { engine, tell } = options
  const { account, accessLogs, name } = balancer
  const bucket = accessLogs.bucket ?? ''
  const text = Buffer.from(`${lines.join('\n')}\n`, 'latin1')
  const staged = await stageBody(engine.around.blobs, text, { checksums: new Map() })
  try {
    engine.write(tx => {
      const caller = userCaller(tx, account, administratorName)
      const random = tx.random(4).toString('hex')
      putObject(tx.as(caller, { service: s3, operation: 'PutObject' }), {
        Bucket: bucket,
        Key: keyOf(balancer, tx.region, end, random),
        ContentType: 'text/plain',
        Body: staged,
      })
    })
  } catch (error) {
    engine.around.blobs.drop(staged)
    if (!(error instanceof Refusal) || isOutOfSpace(error)) throw error
    // What cannot be put is not kept for ever.
    tell('WARN', `the access log of load balancer ${name} cannot be written to ${bucket}: ${error.message}`)
  }
}

/**
 * Put what was logged until now. `end`: of the interval that it belongs to. Whether it could be: while the disk is full, it
 * stays where it is.
 */
export const deliverAccessLogs = async (
  options: LogOptions,
  balancer: LoggedBalancer,
  end: Date,
): Promise<boolean> => {
  try {
    await deliver(options, balancer, end)
    return true
  } catch (error) {
    if (!isOutOfSpace(error)) throw error
    const text = `the access log of load balancer ${balancer.name} cannot be written now: ${(error as Error).message}`
    options.tell('WARN', text)
    return false
  }
}

const deliver = async (options: LogOptions, balancer: LoggedBalancer, end: Date): Promise<void> => {
  const { folder, isWriting, freshLog } = options
  const files = foldersIn(folder).filter(file => /^access-\d+\.log$/.test(file))
  if (files.length === 0) return
  const positions = readPositions(folder)
  const listeners = loggedListeners(balancer)
  for (const file of files) {
    // Asked before reading: what is written after that is there when it says so no more.
    const isOpen = isWriting(file)
    for (;;) {
      const { lines, end: position } = linesFrom(join(folder, file), positions[file] ?? 0)
      if (lines.length === 0) break
      const wanted = lines.flatMap(line => accessLogLine(line, balancer.name, listeners) ?? [])
      if (wanted.length > 0 && balancer.accessLogs.bucket !== undefined) {
        await put(options, balancer, wanted, end)
      }
      positions[file] = position
      writePositions(folder, positions)
    }
    if (isOpen && (positions[file] ?? 0) > largeBytes) freshLog()
    if (isOpen) continue
    rmSync(join(folder, file), { force: true })
    delete positions[file]
    writePositions(folder, positions)
  }
}
