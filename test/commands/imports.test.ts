// SPDX-License-Identifier: BSD-2-Clause
// What the tools of imports ask of compute service and object store, and what they refuse before they ask anything.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteObjectCommand, ListObjectsCommand } from '@aws-sdk/client-s3'
import { Interruption } from '../../src/cli/context'
import type { Outcome } from '../cli/process'
import { type ImportService, importService } from './import-service'

const mebibyte = 1 << 20
const image = randomBytes(11 * mebibyte)
const importRaw = 'euca-import-volume -f raw -z PARTI00'

describe('The import tools', () => {
  let service: ImportService
  let tool: ImportService['tool']
  beforeEach(async () => {
    service = await importService()
    tool = service.tool
    writeFileSync(join(service.cwd, 'disk.img'), image)
    writeFileSync(join(service.cwd, 'empty.img'), '')
  })
  afterEach(() => service.close())

  const sent = () => service.compute.requests.at(-1) ?? assert.fail('nothing was sent')
  const succeeds = async (typed: string, io = {}): Promise<Outcome> => {
    const outcome = await tool(typed, io)
    assert.equal(outcome.stderr, '')
    assert.equal(outcome.status, 0)
    return outcome
  }
  const fails = async (typed: string, status: number, message: string, io = {}): Promise<void> => {
    const outcome = await tool(typed, io)
    assert.equal(outcome.stderr.split('\n').at(-2), `${typed.split(' ')[0]}: error: ${message}`)
    assert.equal(outcome.stdout, '')
    assert.equal(outcome.status, status)
  }
  const dropPart = async (bucket: string, index: number): Promise<void> => {
    const { Contents = [] } = await service.cloud.s3().send(new ListObjectsCommand({ Bucket: bucket }))
    const { Key } = Contents.find(({ Key = '' }) => Key.endsWith(`.part.${index}`)) ?? {}
    await service.cloud.s3().send(new DeleteObjectCommand({ Bucket: bucket, Key }))
  }

  it('start a task with the address of its manifest, then upload, then print it', async () => {
    const { stdout } = await succeeds(`${importRaw} -b imports -d text disk.img`)
    assert.equal(
      stdout,
      'TaskType\tIMPORTVOLUME\tTaskId\timport-vol-1\tStatus\tactive\n' +
        'DISKIMAGE\tDiskImageFormat\tRAW\tDiskImageSize\t11534336\tVolumeSize\t1\tApproximateBytesConverted\t0\n',
    )
    const [start, describe] = service.compute.requests
    const { 'Image.ImportManifestUrl': url = '', ...rest } = start ?? {}
    assert.deepEqual(rest, {
      Action: 'ImportVolume',
      'Image.Format': 'RAW',
      'Image.Bytes': '11534336',
      'Volume.Size': '1',
      AvailabilityZone: 'PARTI00',
      Description: 'text',
    })
    assert.deepEqual(describe, {
      Action: 'DescribeConversionTasks',
      'ConversionTaskId.1': 'import-vol-1',
    })
    const expires = Math.floor(service.cloud.clock.now() / 1000) + 30 * 86_400
    const [address = '', query] = url.split('?')
    assert.ok(address.startsWith(`${service.s3Url}/imports/`) && address.endsWith('/disk.img.manifest.xml'))
    assert.match(
      query ?? '',
      new RegExp(`^AWSAccessKeyId=${service.cloud.key.id}&Expires=${expires}&Signature=`),
    )
    assert.deepEqual(service.asked, [
      'GET imports',
      'PUT imports',
      'GET disk.img.manifest.xml',
      'PUT disk.img.manifest.xml',
      'HEAD disk.img.part.0',
      'PUT disk.img.part.0',
      'HEAD disk.img.part.1',
      'PUT disk.img.part.1',
    ])
    assert.deepEqual(await service.keys('imports'), [
      'UUID/disk.img.manifest.xml',
      'UUID/disk.img.part.0',
      'UUID/disk.img.part.1',
    ])
  })

  it('leave the upload for later, and keep the name of the file as it was typed', async () => {
    await succeeds(`${importRaw} -b imports --prefix a/b --no-upload -x 2 ./disk.img`)
    assert.deepEqual(service.asked, ['GET imports', 'PUT imports'])
    const url = sent()['Image.ImportManifestUrl'] ?? ''
    assert.match(url, /\/imports\/a\/b\/[0-9a-f-]{36}\/\.\/disk\.img\.manifest\.xml\?/)
    assert.match(url, new RegExp(`&Expires=${Math.floor(service.cloud.clock.now() / 1000) + 2 * 86_400}&`))
    service.asked.length = 0
    const { stdout } = await succeeds('euca-resume-import -t import-vol-1 --part-size 4 ./disk.img')
    assert.equal(stdout, '')
    assert.deepEqual(await service.keys('imports'), [
      'a/b/UUID/./disk.img.manifest.xml',
      'a/b/UUID/./disk.img.part.0',
      'a/b/UUID/./disk.img.part.1',
      'a/b/UUID/./disk.img.part.2',
    ])
  })

  it('upload again what is missing, and only that', async () => {
    await succeeds(`${importRaw} -b imports disk.img`)
    await dropPart('imports', 0)
    service.asked.length = 0
    const { stdout } = await succeeds('euca-resume-import -t import-vol-1 --json disk.img')
    assert.deepEqual(JSON.parse(stdout), { TaskId: 'import-vol-1', Parts: 2, UploadedParts: 1 })
    assert.deepEqual(service.asked, [
      'GET disk.img.manifest.xml',
      'HEAD disk.img.part.0',
      'PUT disk.img.part.0',
      'HEAD disk.img.part.1',
    ])
  })

  it('show progress as asked', async () => {
    const { stdout } = await succeeds(`${importRaw} -b imports --progress disk.img`)
    assert.ok(stdout.startsWith('Uploading image for task import-vol-1\nTaskType'))
    const lines = (await tool(`${importRaw} -b imports --porcelain disk.img`)).stderr.split('\n')
    assert.equal(lines[0], 'disk.img.part.0 (1/2) 0/10485760')
    assert.ok(lines.includes('disk.img.part.1 (2/2) 1048576/1048576'))
  })

  it('refuse another file than the one that the import began with', async () => {
    await succeeds(`${importRaw} -b imports disk.img`)
    truncateSync(join(service.cwd, 'disk.img'), 5)
    await fails(
      'euca-resume-import -t import-vol-1 disk.img',
      2,
      "file 'disk.img' is not the one that the import began with: it has 5 bytes, not 11534336",
    )
  })

  it('upload nothing for a task that has ended', async () => {
    await succeeds(`${importRaw} -b imports disk.img`)
    await dropPart('imports', 1)
    for (const state of ['completed', 'cancelling', 'cancelled']) {
      service.becomes(state)
      await fails(
        'euca-resume-import -t import-vol-1 disk.img',
        1,
        `conversion task import-vol-1 is ${state}`,
      )
    }
    assert.equal((await service.keys('imports')).length, 2)
  })

  it('send an instance’s launch specification', async () => {
    writeFileSync(join(service.cwd, 'data.txt'), 'from a file\n')
    const start = 'euca-import-instance -t m1.small -f RAW -a x86_64 -p Linux -b imports --no-upload'
    const { stdout } = await succeeds(
      `${start} -g default -z PARTI00 -s 2 --user-data text --subnet subnet-1 --private-ip-address 10.0.0.1 --monitor ` +
        '--instance-initiated-shutdown-behavior stop --key mine -d text disk.img',
    )
    assert.equal(
      stdout,
      'TaskType\tIMPORTINSTANCE\tTaskId\timport-i-1\tStatus\tactive\n' +
        'DISKIMAGE\tDiskImageFormat\tRAW\tDiskImageSize\t11534336\tVolumeSize\t2\n',
    )
    const { 'DiskImage.1.Image.ImportManifestUrl': url, ...rest } = sent()
    assert.match(url ?? '', /^http/)
    assert.deepEqual(rest, {
      Action: 'ImportInstance',
      Description: 'text',
      'DiskImage.1.Image.Bytes': '11534336',
      'DiskImage.1.Image.Format': 'RAW',
      'DiskImage.1.Volume.Size': '2',
      'LaunchSpecification.Architecture': 'x86_64',
      'LaunchSpecification.GroupName.1': 'default',
      'LaunchSpecification.InstanceInitiatedShutdownBehavior': 'stop',
      'LaunchSpecification.InstanceType': 'm1.small',
      'LaunchSpecification.KeyName': 'mine',
      'LaunchSpecification.Monitoring.Enabled': 'true',
      'LaunchSpecification.Placement.AvailabilityZone': 'PARTI00',
      'LaunchSpecification.PrivateIpAddress': '10.0.0.1',
      'LaunchSpecification.SubnetId': 'subnet-1',
      'LaunchSpecification.UserData.Data': Buffer.from('text').toString('base64'),
      Platform: 'Linux',
    })
    await succeeds(`${start} --user-data-file data.txt disk.img`)
    const { 'LaunchSpecification.Monitoring.Enabled': monitor, 'LaunchSpecification.UserData': data } = sent()
    assert.deepEqual([monitor, data], ['false', Buffer.from('from a file\n').toString('base64')])
    await succeeds('euca-resume-import -t import-i-1 disk.img')
    assert.equal((await service.keys('imports')).length, 3)
  })

  it('send formats and sizes as given, and round the volume up', async () => {
    const start = 'euca-import-volume -z z -b imports --no-upload'
    await succeeds(`${start} -f Vhd --image-size 2147483649 missing.vhd`)
    assert.deepEqual(
      [sent()['Image.Format'], sent()['Image.Bytes'], sent()['Volume.Size']],
      ['VHD', '2147483649', '3'],
    )
    await succeeds(`${start} -f qcow2 --image-size 3g -s 7 missing.img`)
    assert.deepEqual(
      [sent()['Image.Format'], sent()['Image.Bytes'], sent()['Volume.Size']],
      ['qcow2', '3221225472', '7'],
    )
  })

  it('read the size of a VMDK in its header', async () => {
    const header = Buffer.alloc(1024)
    header.write('KDMV')
    header.writeUInt32LE(3, 4)
    header.writeUInt32LE(0x30001, 8)
    header.writeBigUInt64LE(5n * 2n ** 21n, 12)
    header.writeBigUInt64LE(1n, 56)
    header.writeUInt16LE(1, 77)
    writeFileSync(join(service.cwd, 'disk.vmdk'), header)
    await succeeds('euca-import-volume -f vmdk -z z -b imports --no-upload disk.vmdk')
    assert.deepEqual([sent()['Image.Bytes'], sent()['Volume.Size']], ['5368709120', '5'])
    await fails(
      'euca-import-volume -f vmdk -z z -b imports disk.img',
      1,
      'The image is no VMDK, or no sparse one: its header does not begin with KDMV',
    )
  })

  it('say how to go on when the upload fails', async () => {
    const io = { env: { S3_URL: service.s3Url.replace('objectstorage', 'nothing') } }
    const start = `${importRaw} --manifest-url ${service.s3Url}/none/disk.manifest.xml disk.img`
    await fails(
      start,
      1,
      `the import manifest ${service.s3Url}/none/disk.manifest.xml is in no object store that is configured`,
      io,
    )
    assert.deepEqual(service.compute.requests, [])
    const outcome = await tool(start)
    assert.deepEqual(outcome.stderr.split('\n'), [
      'euca-import-volume: task import-vol-1 waits for the rest of the image: euca-resume-import -t import-vol-1 disk.img',
      'euca-import-volume: error (NoSuchBucket): The specified bucket does not exist',
      '',
    ])
    assert.deepEqual([outcome.status, outcome.stdout], [1, ''])
  })

  it('end when they are interrupted, and go on from there', async () => {
    const interruption = new AbortController()
    const { signal } = interruption
    service.before('PUT disk.img.part.1', () => interruption.abort(new Interruption('SIGINT', 130)))
    const { status, stdout, stderr } = await tool(`${importRaw} -b imports disk.img`, { signal })
    assert.deepEqual([status, stdout], [130, ''])
    assert.match(stderr, /^euca-import-volume: task import-vol-1 waits for the rest of the image: .*\n$/)
    assert.equal((await service.keys('imports')).length, 2)
    await succeeds('euca-resume-import -t import-vol-1 disk.img')
    assert.equal((await service.keys('imports')).length, 3)
  })

  it('find the manifest in whichever region it is', async () => {
    await succeeds(`${importRaw} -b imports --no-upload disk.img`)
    const config = join(service.cwd, 'regions.ini')
    writeFileSync(config, `[region west]\ns3-url = ${service.s3Url}\n`)
    const io = { env: { S3_URL: 'http://elsewhere.example/', EUCA_CONFIG_PATH: config } }
    await succeeds('euca-resume-import -t import-vol-1 disk.img', io)
    assert.equal((await service.keys('imports')).length, 3)
    await succeeds('euca-delete-disk-image -t import-vol-1', io)
    assert.deepEqual(await service.keys('imports'), [])
  })

  it('take the objects of another owner by that one’s key', async () => {
    const alice = await service.cloud.account('alice')
    const owner = `-o ${alice.key.id} -w ${alice.key.secret}`
    await succeeds(`${importRaw} -b hers ${owner} disk.img`)
    const { Owner } = await alice
      .s3()
      .send(new ListObjectsCommand({ Bucket: 'hers' }))
      .then(({ Contents = [] }) => Contents[0] ?? {})
    assert.match(
      service.compute.requests[0]?.['Image.ImportManifestUrl'] ?? '',
      new RegExp(`AWSAccessKeyId=${alice.key.id}&`),
    )
    assert.equal(Owner?.DisplayName, 'alice')
    const { key } = await service.cloud.account('bob')
    const outcome = await tool(`euca-delete-disk-image -t import-vol-1 -o ${key.id} -w ${key.secret}`)
    assert.match(outcome.stderr, /error \(AccessDenied\)/)
    await succeeds(`euca-delete-disk-image -t import-vol-1 ${owner}`)
  })

  it('delete the parts, then the manifest, by task or by address', async () => {
    await succeeds(`${importRaw} -b imports disk.img`)
    const [{ 'Image.ImportManifestUrl': url = '' } = {}] = service.compute.requests
    service.asked.length = 0
    const { stdout } = await succeeds('euca-delete-disk-image -t import-vol-1 --ignore-active-task')
    assert.equal(stdout, '')
    assert.deepEqual(service.asked, [
      'GET disk.img.manifest.xml',
      'DELETE disk.img.part.0',
      'DELETE disk.img.part.1',
      'DELETE disk.img.manifest.xml',
    ])
    const [, , key = ''] = /\/imports\/(([^?]*))/.exec(url) ?? []
    await fails(
      `euca-delete-disk-image -u ${url}`,
      2,
      `import manifest '${key}' does not exist on the server`,
    )
    await succeeds('euca-resume-import -t import-vol-1 disk.img')
    await succeeds(`euca-delete-disk-image -u ${url}`)
    assert.deepEqual(await service.keys('imports'), [])
  })

  it('tell a task that there is not, or that has no manifest', async () => {
    await fails('euca-resume-import -t import-vol-9 disk.img', 1, 'there is no conversion task import-vol-9')
    await fails('euca-delete-disk-image -t import-vol-9', 1, 'there is no conversion task import-vol-9')
  })

  it('describe and cancel tasks', async () => {
    await succeeds('euca-describe-conversion-tasks import-vol-1 import-i-1')
    assert.deepEqual(sent(), {
      Action: 'DescribeConversionTasks',
      'ConversionTaskId.1': 'import-vol-1',
      'ConversionTaskId.2': 'import-i-1',
    })
    await succeeds('euca-describe-conversion-tasks')
    assert.deepEqual(sent(), { Action: 'DescribeConversionTasks' })
    assert.equal((await succeeds('euca-cancel-conversion-task import-vol-1')).stdout, '')
    assert.deepEqual(sent(), { Action: 'CancelConversionTask', ConversionTaskId: 'import-vol-1' })
  })
})
