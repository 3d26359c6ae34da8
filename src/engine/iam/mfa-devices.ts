// SPDX-License-Identifier: BSD-2-Clause
// Devices that show a code that is good for half a minute. A device made here is virtual: a program that was told its
// seed. No code works twice.
import type {
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse,
  DeactivateMFADeviceRequest,
  DeleteVirtualMFADeviceRequest,
  EnableMFADeviceRequest,
  GetMFADeviceRequest,
  GetMFADeviceResponse,
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
  ResyncMFADeviceRequest,
  VirtualMFADevice,
} from '@aws-sdk/client-iam'
import type { Demand } from '../access'
import { refuse } from '../errors'
import type { Operation, Tx } from '../operation'
import { arnOf } from './arns'
import { checkEntityName, pathGiven } from './entity-names'
import { userNamed } from './identity-demands'
import { markedPage } from './marked-pages'
import { base32Of, stepOfCode, stepOfPair } from './one-time-passwords'
import type { MfaDevice } from './schema'
import { taggedWith, tagsShown } from './tags'

// AWS' have as many.
const seedBytes = 40
const devicesPerUser = 8
/** Steps that a device may be off when it is enabled, and when it is set right again. */
const enableReach = 4
const resyncReach = 120

export const existingDevice = (tx: Tx, serial: string | undefined): MfaDevice =>
  tx.mfaDevices.get(serial ?? '') ??
  refuse('NoSuchEntity', `MFA Device with serial number ${serial ?? ''} does not exist.`)

/** The device of a user, which is enabled for him. */
const enabled = (tx: Tx, serial: string | undefined, userName: string): MfaDevice => {
  const device = existingDevice(tx, serial)
  const isHis = device.userName === userName
  return isHis
    ? device
    : refuse('NoSuchEntity', `MFA device ${device.serial} is not enabled for user ${userName}`)
}

interface OfDevice {
  readonly SerialNumber?: string | undefined
  readonly UserName?: string | undefined
}

export const onDevice = (_: Tx, { SerialNumber = '*' }: OfDevice): Demand[] => [{ resource: SerialNumber }]

export const onNewDevice = (tx: Tx, input: CreateVirtualMFADeviceRequest): Demand[] => [
  {
    resource: arnOf('mfa', {
      account: tx.caller.account,
      path: pathGiven(input.Path),
      name: input.VirtualMFADeviceName ?? '',
    }),
  },
]

const codesGiven = ({
  AuthenticationCode1: first = '',
  AuthenticationCode2: second = '',
}: EnableMFADeviceRequest | ResyncMFADeviceRequest): readonly [string, string] => {
  if (!/^\d{6}$/.test(first) || !/^\d{6}$/.test(second)) {
    refuse('ValidationError', 'Authentication codes have six digits.')
  }
  return [first, second]
}

const wrongCodes = (): never =>
  refuse('InvalidAuthenticationCode', 'Authentication code for device is not valid', 403)

/** What a telephone is shown: the seed, and whose it is. */
const pictureOf = (tx: Tx, name: string, seed: string): Buffer => {
  // Here, as few requests need it.
  const { pngOf, qrCode } = require('./qr-codes') as typeof import('./qr-codes')
  const { alias } = tx.accounts.must(tx.caller.account)
  const code = qrCode(`otpauth://totp/${encodeURIComponent(name)}@${alias}?secret=${seed}`)
  return code ? pngOf(code) : refuse('ValidationError', 'Invalid virtual MFA device name')
}

export const createVirtualMfaDevice: Operation<
  CreateVirtualMFADeviceRequest,
  CreateVirtualMFADeviceResponse
> = (tx, input) => {
  const name = checkEntityName('virtual MFA device', input.VirtualMFADeviceName, 226)
  const { account } = tx.caller
  const tagged = taggedWith(undefined, input.Tags)
  const serial = arnOf('mfa', { account, path: pathGiven(input.Path), name })
  // The path is a part of the serial number, and yet no two have one name.
  if (tx.mfaDevices.list().some(device => device.serial.endsWith(`/${name}`))) {
    refuse('EntityAlreadyExists', 'MFADevice entity at the same path and name already exists.')
  }
  const seed = base32Of(tx.random(seedBytes))
  const QRCodePNG = pictureOf(tx, name, seed)
  const device = tx.mfaDevices.put({ account, serial, seed, ...tagged })
  // The only time it is told. The bytes of the text are what the answer has, coded once more.
  return {
    VirtualMFADevice: {
      SerialNumber: serial,
      Base32StringSeed: Buffer.from(seed),
      QRCodePNG,
      ...tagsShown(device),
    },
  }
}

export const enableMfaDevice: Operation<EnableMFADeviceRequest, object> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const device = existingDevice(tx, input.SerialNumber)
  const codes = codesGiven(input)
  if (device.userName !== undefined) {
    refuse('EntityAlreadyExists', `MFA device ${device.serial} is already in use.`)
  }
  if (tx.mfaDevices.list().filter(({ userName }) => userName === user.name).length >= devicesPerUser) {
    refuse('LimitExceeded', `Cannot exceed quota for MfaDevicesPerUser: ${devicesPerUser}`)
  }
  const lastStep = stepOfPair(device.seed, codes, tx.now, enableReach, device.lastStep) ?? wrongCodes()
  tx.mfaDevices.put({ ...device, userName: user.name, enabledAt: tx.now, lastStep })
  return {}
}

export const resyncMfaDevice: Operation<ResyncMFADeviceRequest, object> = (tx, input) => {
  const device = enabled(tx, input.SerialNumber, userNamed(tx, input.UserName).name)
  const codes = codesGiven(input)
  const lastStep = stepOfPair(device.seed, codes, tx.now, resyncReach, device.lastStep) ?? wrongCodes()
  tx.mfaDevices.put({ ...device, lastStep })
  return {}
}

export const deactivateMfaDevice: Operation<DeactivateMFADeviceRequest, object> = (tx, input) => {
  const device = enabled(tx, input.SerialNumber, userNamed(tx, input.UserName).name)
  const { userName: _, enabledAt: __, ...rest } = device
  tx.mfaDevices.put(rest)
  return {}
}

export const deleteVirtualMfaDevice: Operation<DeleteVirtualMFADeviceRequest, object> = (
  tx,
  { SerialNumber },
) => {
  const device = existingDevice(tx, SerialNumber)
  if (device.userName !== undefined) {
    refuse('DeleteConflict', 'Cannot delete entity, must deactivate MFA device first.')
  }
  tx.mfaDevices.delete(device.serial)
  return {}
}

export const getMfaDevice: Operation<GetMFADeviceRequest, GetMFADeviceResponse> = (tx, input) => {
  const device = existingDevice(tx, input.SerialNumber)
  const isMeant = input.UserName === undefined || device.userName === input.UserName
  if (!isMeant)
    refuse('NoSuchEntity', `MFA device ${device.serial} is not enabled for user ${input.UserName}`)
  return {
    SerialNumber: device.serial,
    ...(device.userName && { UserName: device.userName, EnableDate: device.enabledAt }),
  }
}

export const listMfaDevices: Operation<ListMFADevicesRequest, ListMFADevicesResponse> = (tx, input) => {
  const user = userNamed(tx, input.UserName)
  const theirs = tx.mfaDevices.list().filter(({ userName }) => userName === user.name)
  const { items, ...rest } = markedPage(theirs, input, ({ serial }) => serial)
  return {
    MFADevices: items.map(({ serial, enabledAt }) => ({
      UserName: user.name,
      SerialNumber: serial,
      EnableDate: enabledAt,
    })),
    ...rest,
  }
}

export const listVirtualMfaDevices: Operation<ListVirtualMFADevicesRequest, ListVirtualMFADevicesResponse> = (
  tx,
  input,
) => {
  const { AssignmentStatus = 'Any' } = input
  if (!['Any', 'Assigned', 'Unassigned'].includes(AssignmentStatus)) {
    refuse('ValidationError', `Invalid assignment status ${AssignmentStatus}`)
  }
  const wanted = tx.mfaDevices
    .list()
    .filter(
      ({ userName }) =>
        AssignmentStatus === 'Any' || (AssignmentStatus === 'Assigned') === (userName !== undefined),
    )
    .filter(({ serial }) => tx.permits({ resource: serial }))
  const { items, ...rest } = markedPage(wanted, input, ({ serial }) => serial)
  return { VirtualMFADevices: items.map(device => deviceView(tx, device)), ...rest }
}

const deviceView = (tx: Tx, { serial, userName, enabledAt }: MfaDevice): VirtualMFADevice => {
  const user = userName === undefined ? undefined : tx.users.get(userName)
  return {
    SerialNumber: serial,
    ...(user && {
      User: {
        Path: user.path,
        UserName: user.name,
        UserId: user.id,
        Arn: arnOf('user', user),
        CreateDate: new Date(user.createdAt),
      },
      EnableDate: enabledAt,
    }),
  }
}

export interface CodeGiven {
  readonly SerialNumber?: string | undefined
  readonly TokenCode?: string | undefined
}

/** The serial number of the caller's device whose code a request holds; undefined when it holds none. The code is used up. */
export const usedCode = (tx: Tx, { SerialNumber, TokenCode }: CodeGiven): string | undefined => {
  if (SerialNumber === undefined && TokenCode === undefined) return undefined
  const device = SerialNumber === undefined ? undefined : tx.mfaDevices.get(SerialNumber)
  const { userName } = tx.caller
  if (TokenCode === undefined || !device || device.userName === undefined || device.userName !== userName) {
    return refuse(
      'AccessDenied',
      'MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid ' +
        'and associated with this user.',
      403,
    )
  }
  const lastStep =
    stepOfCode(device.seed, TokenCode, tx.now, device.lastStep) ??
    refuse('AccessDenied', 'MultiFactorAuthentication failed with invalid MFA one time pass code. ', 403)
  tx.mfaDevices.put({ ...device, lastStep })
  return device.serial
}
