// SPDX-License-Identifier: BSD-2-Clause
// ModifyInstanceTypeAttribute, Eucalyptus' own: the administrator decides what a type has. Instances that run keep what
// they were started with, and so does the room that they take.
import type {
  EucalyptusInstanceType,
  ModifyInstanceTypeAttributeInput,
  ModifyInstanceTypeAttributeOutput,
} from '../../schemas/extensions'
import { refuse } from '../errors'
import type { Operation } from '../operation'
import { type InstanceType, instanceTypes, standardType } from './capacity'

/** Eucalyptus' bound. */
const maximumInterfaces = 8

const checkNumber = (name: string, value: number | undefined, maximum = Number.MAX_SAFE_INTEGER): void => {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= maximum)) return
  const expected = maximum === Number.MAX_SAFE_INTEGER ? 'a positive number' : `1 to ${maximum}`
  refuse('InvalidParameterValue', `Value (${value}) for parameter ${name} is invalid. Expected ${expected}.`)
}

const view = (type: InstanceType): EucalyptusInstanceType => ({
  Name: type.name,
  Cpu: type.cpus,
  MemoryMib: type.memoryMib,
  DiskGib: type.diskGib,
  NetworkInterfaces: type.networkInterfaces,
})

export const modifyInstanceTypeAttribute: Operation<
  ModifyInstanceTypeAttributeInput,
  ModifyInstanceTypeAttributeOutput
> = (tx, { Name = '', Cpu, Memory, Disk, NetworkInterfaces, Reset }) => {
  if (!tx.caller.isCloudAdmin) refuse('UnauthorizedOperation', 'Authorization failed.', 403)
  const previous = instanceTypes(tx).find(type => type.name === Name)
  const standard = standardType(Name)
  if (!previous || !standard) {
    return refuse('InvalidParameterValue', `Failed to lookup the requested instance type: ${Name}`)
  }
  checkNumber('cpu', Cpu)
  checkNumber('disk', Disk)
  checkNumber('memory', Memory)
  checkNumber('networkInterfaces', NetworkInterfaces, maximumInterfaces)
  // A reset is of everything, whatever else the request says.
  const now: InstanceType = Reset
    ? standard
    : {
        name: Name,
        cpus: Cpu ?? previous.cpus,
        diskGib: Disk ?? previous.diskGib,
        memoryMib: Memory ?? previous.memoryMib,
        networkInterfaces: NetworkInterfaces ?? previous.networkInterfaces,
      }
  if (Reset) tx.changedTypes.delete(Name)
  else tx.changedTypes.put(now)
  return { InstanceType: view(now), PreviousInstanceType: view(previous) }
}
