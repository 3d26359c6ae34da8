// SPDX-License-Identifier: BSD-2-Clause
// The tools of secondary addresses take their interface by an option, and as ec2-api-tools did by its place.
import { UsageError } from '../errors'
import { option, positional } from '../options'

export const interfaceOptions = (purpose: string) => ({
  interfaceByPlace: positional('INTERFACE', { nargs: '?', hidden: true }),
  networkInterface: option('-n --network-interface', {
    metavar: 'INTERFACE',
    help: `ID of the network interface to ${purpose} (required)`,
  }),
})

interface Given {
  readonly interfaceByPlace?: string | undefined
  readonly networkInterface?: string | undefined
}

export const oneInterface = ({ interfaceByPlace, networkInterface }: Given): void => {
  if (interfaceByPlace !== undefined && networkInterface !== undefined) {
    throw new UsageError('argument -n/--network-interface: not allowed with a positional INTERFACE')
  }
  if (interfaceByPlace === undefined && networkInterface === undefined) {
    throw new UsageError('argument -n/--network-interface is required')
  }
}

export const interfaceGiven = ({ interfaceByPlace, networkInterface }: Given): string | undefined =>
  interfaceByPlace ?? networkInterface
