// SPDX-License-Identifier: BSD-2-Clause
import type { Row } from './cell'

export interface PackFacts {
  readonly name: string
  readonly arch: string
  readonly version: string
  readonly release: string
  readonly profiles: readonly string[]
  readonly description: string
}

/** Packs of version 1 have no epoch, so that its line, printed when it is not 0, never is. */
export const packRows = ({ name, arch, version, release, profiles, description }: PackFacts): Row[] => [
  ['Name:', name],
  ['Architecture:', arch],
  ['Version:', version],
  ['Release:', release],
  ...profiles.map(profile => ['Profile:', profile]),
  'Description:',
  description,
]
