// SPDX-License-Identifier: BSD-2-Clause
// Which servers run on a folder, so that status can tell and reset can refuse. Several may.
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, type ProcessName, thisProcess } from '../engine/processes'
import { writeWhole } from '../engine/whole-file'

export interface Claim extends ProcessName {
  readonly endpoint: string
  /** Of the resolver on 127.0.0.1, where it has one. */
  readonly dnsPort?: number
}

export interface Claiming {
  /** Say more of it. */
  note(more: Pick<Claim, 'dnsPort'>): void
  release(): void
}

const folderOf = (home: string): string => join(home, 'servers')

/** Say that this process serves the folder, until that is taken back. */
export const claimServing = (home: string, endpoint: string): Claiming => {
  mkdirSync(folderOf(home), { recursive: true, mode: 0o700 })
  const file = join(folderOf(home), `${process.pid}.json`)
  const write = (claim: Claim): void => {
    writeWhole(file, JSON.stringify(claim))
  }
  write({ ...thisProcess, endpoint })
  return {
    note: more => write({ ...thisProcess, endpoint, ...more }),
    release: () => rmSync(file, { force: true }),
  }
}

/** Servers that are running on the folder now. What killed ones left is removed. */
export const servers = (home: string): Claim[] => {
  const claims: Claim[] = []
  let names: string[] = []
  try {
    names = readdirSync(folderOf(home))
  } catch {
    // Nobody has served this folder yet.
  }
  for (const name of names.filter(name => name.endsWith('.json'))) {
    const written = JSON.parse(readFileSync(join(folderOf(home), name), 'utf8')) as Claim
    // Earlier claims do not say when their process began.
    const claim = { ...written, started: written.started ?? '' }
    if (isRunning(claim)) claims.push(claim)
    else rmSync(join(folderOf(home), name), { force: true })
  }
  return claims
}
