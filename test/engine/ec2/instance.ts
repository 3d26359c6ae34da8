// SPDX-License-Identifier: BSD-2-Clause
// An instance as a record, for tests of what surrounds instances.
import type { Instance } from '../../../src/engine/ec2/schema/instances'
import type { Cloud } from '../../support/cloud'

/** Put an instance on record without running it. */
export const haveInstance = (c: Cloud, about: Partial<Instance> & { readonly id: string }): void => {
  c.engine.write(tx =>
    tx.instances.put({
      account: c.accountId,
      reservationId: 'r-00000001',
      launchIndex: 0,
      state: 'running',
      reason: '',
      imageId: 'emi-00000001',
      architecture: 'x86_64',
      platform: 'linux',
      virtualizationType: 'hvm',
      rootDeviceName: '/dev/sda1',
      productCodes: [],
      mappings: [],
      instanceType: 'm1.small',
      zone: 'PARTI00',
      groupIds: [],
      privateIp: '127.110.0.1',
      publicIp: '',
      macAddress: 'd0:0d:00:00:00:01',
      monitoring: false,
      tenancy: 'default',
      disableApiTermination: false,
      shutdownBehavior: 'stop',
      launchedAt: tx.now,
      reboots: 0,
      ...about,
    } as Instance),
  )
}
