// SPDX-License-Identifier: BSD-2-Clause
// Imports by clients that know nothing of our tools: boto3 makes parts and manifest by itself, and the AWS CLI looks after
// the tasks.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { need, type Program, program, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const bytes = 2_500_000

const script = `
import json, os, sys
import boto3
from xml.sax.saxutils import escape

s3 = boto3.client('s3', endpoint_url=os.environ['CLOUD'] + '/services/objectstorage')
ec2 = boto3.client('ec2', endpoint_url=os.environ['CLOUD'] + '/services/compute')
s3.create_bucket(Bucket='imports')
data = open(sys.argv[1], 'rb').read()

def url(method, key):
    return escape(s3.generate_presigned_url(method, Params={'Bucket': 'imports', 'Key': key}, ExpiresIn=3600))

parts = []
for index, start in enumerate(range(0, len(data), 1 << 20)):
    piece = data[start:start + (1 << 20)]
    key = 'disk/part.%d' % index
    s3.put_object(Bucket='imports', Key=key, Body=piece)
    parts.append('''<part index="%d"><byte-range start="%d" end="%d"/><key>%s</key><head-url>%s</head-url>
<get-url>%s</get-url><delete-url>%s</delete-url></part>''' % (index, start, start + len(piece) - 1, key,
        url('head_object', key), url('get_object', key), url('delete_object', key)))
manifest = '''<manifest><version>2010-11-15</version><file-format>RAW</file-format><importer><name>by hand</name>
<version>1</version><release>0</release></importer><self-destruct-url>%s</self-destruct-url><import>
<size>%d</size><volume-size>1</volume-size><parts count="%d">%s</parts></import></manifest>''' % (
    url('delete_object', 'disk/manifest.xml'), len(data), len(parts), ''.join(parts))
s3.put_object(Bucket='imports', Key='disk/manifest.xml', Body=manifest)
address = s3.generate_presigned_url('get_object', Params={'Bucket': 'imports', 'Key': 'disk/manifest.xml'})
zone = ec2.describe_availability_zones()['AvailabilityZones'][0]['ZoneName']
image = {'Format': 'RAW', 'Bytes': len(data), 'ImportManifestUrl': address}
task = ec2.import_volume(AvailabilityZone=zone, Image=image, Volume={'Size': 1})['ConversionTask']
later = {**image, 'ImportManifestUrl': os.environ['CLOUD'] + '/services/objectstorage/imports/none'}
waiting = ec2.import_volume(AvailabilityZone=zone, Image=later, Volume={'Size': 1})['ConversionTask']
waiter = ec2.get_waiter('conversion_task_completed')
waiter.wait(ConversionTaskIds=[task['ConversionTaskId']], WaiterConfig={'Delay': 1, 'MaxAttempts': 40})
done = ec2.describe_conversion_tasks(ConversionTaskIds=[task['ConversionTaskId']])['ConversionTasks'][0]
print(json.dumps({'first': task['State'], 'last': done['State'], 'volume': done['ImportVolume']['Volume']['Id'],
    'converted': done['ImportVolume']['BytesConverted'], 'waiting': waiting['ConversionTaskId']}))
`

describe('imports by others’ programs', () => {
  let cloud: ServedCloud
  let aws: Program

  before(async function () {
    need(this, 'python3:boto3', 'aws')
    cloud = await servedCloud()
    aws = program(
      'aws',
      { env: cloud.env, cwd: cloud.work },
      { last: ['--endpoint-url', `${cloud.endpoint}/services/compute`] },
    )
  })
  after(() => cloud?.close())

  it('make a volume of an image that boto3 uploaded, and the AWS CLI sees and cancels tasks', async () => {
    const image = randomBytes(bytes)
    const told = await python('boto3', script, {
      env: { ...cloud.env, CLOUD: cloud.endpoint },
      cwd: cloud.work,
      args: [cloud.file('disk.img', image)],
    })
    assert.deepEqual([told.first, told.last, told.converted], ['active', 'completed', bytes])
    const volume = openSync(join(cloud.home, 'volumes', `${told.volume}.raw`), 'r')
    const start = Buffer.alloc(bytes)
    readSync(volume, start)
    assert.equal(fstatSync(volume).size, 2 ** 30)
    closeSync(volume)
    assert.ok(start.equals(image))
    // The CLI has hidden import-volume.
    await aws`ec2 cancel-conversion-task --conversion-task-id ${told.waiting}`
    const { ConversionTasks } = await aws.json`ec2 describe-conversion-tasks`
    assert.deepEqual(ConversionTasks.map(({ State }: { State: string }) => State).sort(), [
      'cancelling',
      'completed',
    ])
    assert.match(
      await aws.fails`ec2 describe-conversion-tasks --conversion-task-ids import-vol-00000000`,
      /InvalidConversionTaskId/,
    )
  })
})
