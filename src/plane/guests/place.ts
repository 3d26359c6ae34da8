// SPDX-License-Identifier: BSD-2-Clause
// Where guests are, for whoever looks into the folder: a file in each guest's own.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, type ProcessName } from '../../engine/processes'
import { writeWhole } from '../../engine/whole-file'
import type { GuestPort } from './messages'

export interface GuestPlace {
  readonly instanceId: string
  readonly address: string
  readonly process: ProcessName
  readonly ports: readonly GuestPort[]
}

/** A guest that was there and the state of its process. */
export interface KnownGuest extends GuestPlace {
  readonly isOn: boolean
}

export const guestsFolder = (home: string): string => join(home, 'plane', 'guests')

const fileName = 'place.json'

export const writePlace = (home: string, place: GuestPlace): void => {
  const folder = join(guestsFolder(home), place.instanceId)
  // Somebody may have removed it under the guest.
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeWhole(join(folder, fileName), JSON.stringify(place))
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    // No guest has been here yet.
    return []
  }
}

/** Instances that have a folder. */
export const guestFolders = (home: string): readonly string[] => namesIn(guestsFolder(home))

const placeIn = (home: string, id: string): GuestPlace | undefined => {
  try {
    return JSON.parse(readFileSync(join(guestsFolder(home), id, fileName), 'utf8')) as GuestPlace
  } catch {
    // It is not on, or goes at this moment.
    return undefined
  }
}

export const knownGuests = (home: string): readonly KnownGuest[] =>
  guestFolders(home).flatMap(id => {
    const place = placeIn(home, id)
    return place ? [{ ...place, isOn: isRunning(place.process) }] : []
  })
