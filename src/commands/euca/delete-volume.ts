// SPDX-License-Identifier: BSD-2-Clause
import { positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { volumeDeleted } from '../../install/goals'

export default ec2.command({
  summary: 'Delete a volume',
  options: { volume: positional('VOLUME', { help: 'ID of the volume to delete (required)' }) },
  call: (ec2, { volume }) => ec2.deleteVolume({ VolumeId: volume }),
  rows: (_, { volume }) => [['VOLUME', volume]],
  wait: { until: volumeDeleted, of: (_, { volume }) => [volume] },
})
