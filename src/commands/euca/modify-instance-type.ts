// SPDX-License-Identifier: BSD-2-Clause
import { int } from '../../cli/argument-types'
import { UsageError } from '../../cli/errors'
import { flag, option, positional } from '../../cli/options'
import { ec2 } from '../../cli/suites'
import { changedTypeRows } from '../../rows/instance-types'

export default ec2.command({
  summary: '[Eucalyptus cloud admin only] Modify an instance type',
  description: 'Instances that run keep what they were started with.',
  options: {
    name: positional('INSTANCETYPE', { help: 'name of the instance type to modify (required)' }),
    cpus: option('-c --cpus', {
      metavar: 'COUNT',
      type: int,
      help: 'number of virtual CPUs of each instance',
    }),
    disk: option('-d --disk', {
      metavar: 'GiB',
      type: int,
      help: 'instance storage of each instance, in GiB',
    }),
    memory: option('-m --memory', {
      metavar: 'MiB',
      type: int,
      help: 'memory of each instance, in MiB',
    }),
    networkInterfaces: option('-i --network-interfaces', {
      metavar: 'COUNT',
      type: int,
      help: 'number of network interfaces that an instance may have',
    }),
    reset: flag('--reset', { help: 'give the instance type back what it has by default' }),
  },
  rules: ({ reset, cpus, disk, memory }) => {
    // Network interfaces were forgotten here, and are reset as well.
    if (reset && [cpus, disk, memory].some(value => value !== undefined)) {
      throw new UsageError('argument --reset may not be used with instance type attributes')
    }
  },
  call: (ec2, { name, cpus, disk, memory, networkInterfaces, reset }) =>
    ec2.modifyInstanceTypeAttribute({
      Name: name,
      Cpu: cpus,
      Disk: disk,
      Memory: memory,
      NetworkInterfaces: networkInterfaces,
      Reset: reset,
    }),
  rows: ({ InstanceType }) => changedTypeRows(InstanceType),
})
