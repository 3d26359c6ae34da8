// SPDX-License-Identifier: BSD-2-Clause
import { flag, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { detached } from '../../install/goals'
import { attachmentRow } from '../../rows/volumes'

export default ec2.command({
  summary: 'Detach a volume from an instance',
  options: {
    volume: positional('VOLUME', { help: 'ID of the volume to detach (required)' }),
    instance: option('-i --instance', {
      metavar: 'INSTANCE',
      help: 'instance to detach the volume from',
    }),
    device: option('-d --device', { help: 'device name that the instance has the volume under' }),
    force: flag('-f --force', {
      help: 'detach without waiting for the instance. What it has not written yet may be lost, and the file system damaged',
    }),
  },
  call: (ec2, { volume, instance, device, force }) =>
    ec2.detachVolume({ VolumeId: volume, InstanceId: instance, Device: device, Force: force }),
  rows: attachment => [attachmentRow(attachment)],
  wait: { until: detached, of: (_, { volume }) => [volume] },
})
