// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import * as iam from '@aws-sdk/client-iam'
import { base32Of, codeAt, stepOf } from '../../../src/engine/iam/one-time-passwords'
import { pngOf, qrCode } from '../../../src/engine/iam/qr-codes'
import { type Clients, type Cloud, cloud } from '../../support/cloud'
import { refusedWith } from './refused'

describe('one-time passwords', () => {
  it('are those of RFC 6238', () => {
    const seed = base32Of(Buffer.from('12345678901234567890'))
    const expected: readonly (readonly [number, string])[] = [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [1_111_111_111, '050471'],
      [1_234_567_890, '005924'],
      [2_000_000_000, '279037'],
      [20_000_000_000, '353130'],
    ]
    for (const [seconds, code] of expected) {
      assert.equal(codeAt(seed, stepOf(new Date(seconds * 1000))), code)
    }
  })
})

describe('devices', () => {
  let c: Cloud
  let alice: Clients
  let client: iam.IAMClient
  let serial: string
  let seed: string

  const create = async (VirtualMFADeviceName: string, more: object = {}) =>
    client.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, ...more }))
  const code = (offset = 0) => codeAt(seed, stepOf(new Date(c.clock.now())) + offset)
  const enable = (first: string, second: string, SerialNumber = serial) =>
    client.send(
      new iam.EnableMFADeviceCommand({
        UserName: 'admin',
        SerialNumber,
        AuthenticationCode1: first,
        AuthenticationCode2: second,
      }),
    )
  const devices = async () =>
    (await client.send(new iam.ListMFADevicesCommand({}))).MFADevices?.map(one => one.SerialNumber)

  beforeEach(async () => {
    c = await cloud()
    alice = await c.account('alice')
    client = alice.iam()
    const { VirtualMFADevice } = await create('phone')
    serial = VirtualMFADevice?.SerialNumber ?? ''
    seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
  })
  afterEach(() => c.close())

  it('are made with a seed that is told once', async () => {
    assert.equal(serial, `arn:aws:iam::${alice.accountId}:mfa/phone`)
    assert.match(seed, /^[A-Z2-7]{64}$/)
    await refusedWith('EntityAlreadyExists', 409, undefined, create('phone'))
    await refusedWith('EntityAlreadyExists', 409, undefined, create('phone', { Path: '/x/' }))
    await refusedWith('ValidationError', 400, undefined, create('a/b'))
    const listed = await client.send(new iam.ListVirtualMFADevicesCommand({}))
    assert.deepEqual(listed.VirtualMFADevices, [{ SerialNumber: serial }])
  })

  it('are shown to telephones', async () => {
    const { VirtualMFADevice } = await create('key@home')
    const secret = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
    const modules = qrCode(`otpauth://totp/key%40home@alice?secret=${secret}`) ?? []
    assert.ok(modules.length > 0)
    assert.deepEqual(Buffer.from(VirtualMFADevice?.QRCodePNG ?? []), pngOf(modules))
    // The longest name that there is, of what takes most room.
    const most = await create('@'.repeat(226))
    assert.ok(most.VirtualMFADevice?.QRCodePNG)
  })

  it('are enabled by two codes that follow each other, and belong to one user', async () => {
    const wrong = 'Authentication code for device is not valid'
    await refusedWith('InvalidAuthenticationCode', 403, wrong, enable(code(), code(-1)))
    await refusedWith('InvalidAuthenticationCode', 403, wrong, enable(code(-1), code(1)))
    await refusedWith('InvalidAuthenticationCode', 403, wrong, enable(code(-20), code(-19)))
    await refusedWith('ValidationError', 400, undefined, enable('12345', code()))
    await refusedWith('NoSuchEntity', 404, undefined, enable(code(-1), code(), `${serial}x`))
    assert.deepEqual(await devices(), [])
    await enable(code(-1), code())
    assert.deepEqual(await devices(), [serial])
    await refusedWith('EntityAlreadyExists', 409, undefined, enable(code(), code(1)))
    const got = await client.send(new iam.GetMFADeviceCommand({ SerialNumber: serial }))
    assert.equal(got.UserName, 'admin')
    const assigned = (AssignmentStatus: iam.AssignmentStatusType) =>
      client.send(new iam.ListVirtualMFADevicesCommand({ AssignmentStatus }))
    assert.equal((await assigned('Assigned')).VirtualMFADevices?.[0]?.User?.UserName, 'admin')
    assert.deepEqual((await assigned('Unassigned')).VirtualMFADevices, [])
  })

  it('take no code twice, and are set right when their clock is off', async () => {
    await enable(code(-1), code())
    const resync = (first: string, second: string) =>
      client.send(
        new iam.ResyncMFADeviceCommand({
          UserName: 'admin',
          SerialNumber: serial,
          AuthenticationCode1: first,
          AuthenticationCode2: second,
        }),
      )
    await refusedWith('InvalidAuthenticationCode', 403, undefined, resync(code(-1), code()))
    await resync(code(50), code(51))
    await refusedWith('InvalidAuthenticationCode', 403, undefined, resync(code(50), code(51)))
  })

  it('are deleted once they are nobody’s', async () => {
    await enable(code(-1), code())
    const remove = () => client.send(new iam.DeleteVirtualMFADeviceCommand({ SerialNumber: serial }))
    const deactivate = () =>
      client.send(new iam.DeactivateMFADeviceCommand({ UserName: 'admin', SerialNumber: serial }))
    await refusedWith('DeleteConflict', 409, undefined, remove())
    await deactivate()
    await refusedWith('NoSuchEntity', 404, undefined, deactivate())
    await remove()
    await refusedWith('NoSuchEntity', 404, undefined, remove())
  })
})
