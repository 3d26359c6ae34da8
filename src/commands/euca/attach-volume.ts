// SPDX-License-Identifier: BSD-2-Clause
import { option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { attached } from '../../install/goals'
import { attachmentRow } from '../../rows/volumes'

export default ec2.command({
  summary: 'Attach a volume to an instance',
  options: {
    volume: positional('VOLUME', { help: 'ID of the volume to attach (required)' }),
    instance: option('-i --instance', {
      metavar: 'INSTANCE',
      required: true,
      help: 'instance to attach the volume to (required)',
    }),
    device: option('-d --device', {
      required: true,
      help: 'device name that the instance has the volume under (required)',
    }),
  },
  call: (ec2, { volume, instance, device }) =>
    ec2.attachVolume({ VolumeId: volume, InstanceId: instance, Device: device }),
  rows: attachment => [attachmentRow(attachment)],
  wait: { until: attached, of: (_, { volume }) => [volume] },
})
