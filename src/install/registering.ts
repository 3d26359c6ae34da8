// SPDX-License-Identifier: BSD-2-Clause
import type { RegisterImageCommandOutput } from '@aws-sdk/client-ec2'
import type { Context } from '../cli/context'
import { clientFor } from '../clients'
import type { ServiceName, Settings } from '../config'

export interface Registration {
  readonly Name: string
  readonly ImageLocation: string
  readonly Architecture?: string | undefined
  readonly Description?: string | undefined
  readonly VirtualizationType?: string | undefined
  readonly Platform?: string | undefined
  readonly KernelId?: string | undefined
  readonly RamdiskId?: string | undefined
}

/** The compute client of a tool whose own service is another one: `-U` is not its address. */
export const computeClient = async (context: Context) =>
  clientFor('ec2', await context.settings(), await context.clientIo())

/**
 * Throw ConfigError when something lacks that a tool will need later on: better told before a long upload than after
 * it. In the order in which the original looks: endpoints, then credentials.
 */
export const checkServices = (settings: Settings, services: readonly ServiceName[]): void => {
  for (const service of services) settings.endpoint(service)
  settings.credentials()
}

/** Register an image from its manifest. */
export const register = async (
  context: Context,
  registration: Registration,
): Promise<Pick<RegisterImageCommandOutput, 'ImageId'>> => {
  const ec2 = await computeClient(context)
  const given = Object.fromEntries(Object.entries(registration).filter(([, value]) => value !== undefined))
  // Architectures and platforms of other clouds are not in the SDK's lists.
  return ec2.registerImage(given as never)
}
