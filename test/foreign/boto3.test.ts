// SPDX-License-Identifier: BSD-2-Clause
// boto3: resources, clients, paginators, waiters, and what browsers are given to post with.
import assert from 'node:assert/strict'
import { type Json, need, program, python } from '../support/programs'
import { ext4Disk } from '../support/tiny-image'
import { bundleByHand, bundlers } from './hand-made-bundle'
import { type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import base64, io, json, os, sys, zlib
import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint = os.environ['CLOUD']

def client(name, path='', **config):
    return boto3.client(name, endpoint_url=endpoint + path, config=Config(**config))

def resource(name, **config):
    return boto3.resource(name, endpoint_url=endpoint, config=Config(**config))

def refused(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return [error.response['ResponseMetadata']['HTTPStatusCode'], error.response['Error']['Code']]
    return 'not refused'

def answer(**values):
    print(json.dumps(values))
`

describe('boto3 as a user of the cloud', () => {
  let cloud: ServedCloud

  before(async function () {
    need(this, 'python3:boto3', 'curl', ...bundlers)
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  const boto3 = (script: string, ...args: string[]): Promise<Json> =>
    python('boto3', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD: cloud.endpoint },
      cwd: cloud.work,
      args,
    })

  it('uploads and downloads file objects of any size', async () => {
    const told = await boto3(`
s3 = resource('s3')
bucket = s3.create_bucket(Bucket='three')
bucket.wait_until_exists()
small, large = b'small', os.urandom(9 * 1024 * 1024 + 5)
bucket.upload_fileobj(io.BytesIO(small), 'small', ExtraArgs={'Metadata': {'a': 'b'}, 'ContentType': 'text/x'})
config = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
bucket.upload_fileobj(io.BytesIO(large), 'large', Config=config)
back = io.BytesIO()
bucket.download_fileobj('large', back, Config=TransferConfig(multipart_threshold=1024 * 1024))
one = bucket.Object('small')
stream = one.get()['Body']
lines = s3.Object('three', 'small').get(Range='bytes=1-')['Body'].read().decode()
one.copy_from(CopySource='three/small', MetadataDirective='REPLACE', Metadata={'c': 'd'})
one.reload()
answer(same=back.getvalue() == large, text=stream.read().decode(), tail=lines, metadata=one.metadata,
       etag=bucket.Object('large').e_tag, sizes={o.key: o.size for o in bucket.objects.all()})
`)
    assert.deepEqual(told, {
      same: true,
      text: 'small',
      tail: 'mall',
      metadata: { c: 'd' },
      etag: told.etag,
      sizes: { large: 9 * 1024 * 1024 + 5, small: 5 },
    })
    assert.match(told.etag, /-2"$/)
  })

  it('pages through keys, versions and uploads, and deletes many at once', async () => {
    const told = await boto3(`
s3 = client('s3')
s3.create_bucket(Bucket='pages')
s3.put_bucket_versioning(Bucket='pages', VersioningConfiguration={'Status': 'Enabled'})
keys = ['k%02d/ü &%d' % (n % 4, n) for n in range(23)]
for key in keys:
    s3.put_object(Bucket='pages', Key=key, Body=key.encode(), ChecksumAlgorithm='SHA256')
def all_of(name, item, **more):
    pages = [page for page in s3.get_paginator(name).paginate(Bucket='pages', PaginationConfig={'PageSize': 5}, **more)]
    return [len(pages), [i for page in pages for i in page.get(item, [])]]
two = all_of('list_objects_v2', 'Contents')
one = all_of('list_objects', 'Contents')
prefixes = all_of('list_objects', 'CommonPrefixes', Delimiter='/')
encoded = all_of('list_objects_v2', 'Contents', Prefix='k01/', EncodingType='url')
uploads = [s3.create_multipart_upload(Bucket='pages', Key=key)['UploadId'] for key in keys[:7]]
pending = all_of('list_multipart_uploads', 'Uploads')
for upload in pending[1]:
    s3.abort_multipart_upload(Bucket='pages', Key=upload['Key'], UploadId=upload['UploadId'])
gone = s3.delete_objects(Bucket='pages', Delete={'Objects': [{'Key': key} for key in keys]})
markers = all_of('list_object_versions', 'DeleteMarkers')
versions = all_of('list_object_versions', 'Versions')
rest = s3.list_objects_v2(Bucket='pages')['KeyCount']
resource('s3').Bucket('pages').object_versions.delete()
s3.delete_bucket(Bucket='pages')
s3.get_waiter('bucket_not_exists').wait(Bucket='pages')
answer(two=[two[0], [o['Key'] for o in two[1]] == sorted(keys)], one=[o['Key'] for o in one[1]] == sorted(keys),
       prefixes=[p['Prefix'] for p in prefixes[1]], encoded=len(encoded[1]), pending=sorted(u['UploadId'] for u in pending[1]) == sorted(uploads),
       gone=[d['DeleteMarker'] for d in gone['Deleted']].count(True), markers=len(markers[1]), versions=len(versions[1]), rest=rest)
`)
    assert.deepEqual(told, {
      two: [5, true],
      one: true,
      prefixes: ['k00/', 'k01/', 'k02/', 'k03/'],
      encoded: 6,
      pending: true,
      gone: 23,
      markers: 23,
      versions: 23,
      rest: 0,
    })
  })

  it('gives others URLs and forms, which do what they say and nothing else', async () => {
    const told = await boto3(`
s3 = client('s3', signature_version='s3v4')
two = client('s3', signature_version='s3')
s3.create_bucket(Bucket='given')
conditions = [['content-length-range', 1, 20], {'acl': 'public-read'}, ['starts-with', '$Content-Type', 'text/']]
fields = {'acl': 'public-read', 'Content-Type': 'text/plain'}
posts = [c.generate_presigned_post('given', 'posted/\${filename}', Fields=dict(fields), Conditions=list(conditions), ExpiresIn=60)
         for c in (s3, two)]
puts = [c.generate_presigned_url('put_object', Params={'Bucket': 'given', 'Key': 'put'}, ExpiresIn=60) for c in (s3, two)]
gets = [c.generate_presigned_url('get_object', Params={'Bucket': 'given', 'Key': 'put',
        'ResponseContentType': 'text/x-other', 'ResponseContentDisposition': 'attachment; filename="ä"'}, ExpiresIn=60) for c in (s3, two)]
typed = s3.generate_presigned_url('put_object', Params={'Bucket': 'given', 'Key': 'typed', 'ContentType': 'text/x-typed'})
answer(posts=posts, puts=puts, gets=gets, typed=typed)
`)
    const curl = program('curl', { cwd: cloud.work }, { first: ['-sSi'] })
    for (const [index, put] of told.puts.entries()) {
      const text = `put by ${index}`
      const file = cloud.file(`put${index}`, text)
      assert.match(await curl`-T ${file} ${put}`, /HTTP\/1\.1 200 OK/)
      const got = await curl`${told.gets[index]}`
      assert.ok(got.endsWith(`\r\n\r\n${text}`), got)
      assert.match(got, /^content-type: text\/x-other\r$/im)
      assert.match(got, /^content-disposition: attachment; filename="\ufffd"\r$/im, 'Latin-1, as in a header')
    }
    const file = cloud.file('form file.txt', 'by a form')
    assert.match(await curl`-T ${file} ${told.typed}`, /HTTP\/1\.1 403 Forbidden[\s\S]*SignatureDoesNotMatch/)
    assert.match(await curl`-T ${file} -H ${'Content-Type: text/x-typed'} ${told.typed}`, /200 OK/)
    for (const { url, fields } of told.posts as { url: string; fields: Record<string, string> }[]) {
      const form = (changed: Record<string, string>, content: string): string[] =>
        Object.entries({ ...fields, ...changed, file: content }).flatMap(([name, value]) => [
          '-F',
          `${name}=${value}`,
        ])
      const post = (changed: Record<string, string>, content: string): Promise<string> =>
        program('curl', { cwd: cloud.work }, { first: ['-sSi', ...form(changed, content)] })`${url}`
      assert.match(await post({}, '@form file.txt'), /HTTP\/1\.1 204 No Content/)
      const open = `${cloud.endpoint}/given/posted/form%20file.txt`
      assert.match(await curl`${open}`, /content-type: text\/plain\r[\s\S]*by a form$/i)
      assert.match(
        await post({ acl: 'private' }, 'x'),
        /400 Bad Request[\s\S]*<Code>InvalidPolicyDocument<\/Code>/,
      )
      assert.match(await post({ 'Content-Type': 'image/png' }, 'x'), /<Code>InvalidPolicyDocument<\/Code>/)
      assert.match(await post({}, 'x'.repeat(21)), /400 Bad Request[\s\S]*<Code>EntityTooLarge<\/Code>/)
    }
  })

  it('addresses buckets by host name', async () => {
    const told = await boto3(`
import socket
s3 = boto3.client('s3', endpoint_url=endpoint.replace('127.0.0.1', 's3.localhost'),
                  config=Config(s3={'addressing_style': 'virtual'}))
real = socket.getaddrinfo
hosts = set()
def local(host, *more, **named):
    hosts.add(host)
    return real('127.0.0.1', *more, **named)
socket.getaddrinfo = local
s3.create_bucket(Bucket='byhost')
s3.put_object(Bucket='byhost', Key='a key/with+', Body=b'here')
text = s3.get_object(Bucket='byhost', Key='a key/with+')['Body'].read().decode()
keys = [o['Key'] for o in s3.list_objects(Bucket='byhost')['Contents']]
answer(byHost='byhost.s3.localhost' in hosts, text=text, keys=keys)
`)
    assert.deepEqual(told, { byHost: true, text: 'here', keys: ['a key/with+'] })
  })

  it('checks what it receives, and is told what is wrong with what it sends', async () => {
    const told = await boto3(`
s3 = client('s3')
s3.create_bucket(Bucket='errors')
s3.put_object(Bucket='errors', Key='k', Body=b'text', ChecksumAlgorithm='CRC32')
checked = s3.get_object(Bucket='errors', Key='k', ChecksumMode='ENABLED')
body = checked['Body'].read().decode()
attributes = s3.get_object_attributes(Bucket='errors', Key='k', ObjectAttributes=['ETag', 'Checksum', 'ObjectSize'])
head = s3.head_object(Bucket='errors', Key='k')
unchanged = refused(s3.get_object, Bucket='errors', Key='k', IfModifiedSince=head['LastModified'])
crc = base64.b64encode(zlib.crc32(b'text').to_bytes(4, 'big')).decode()
answer(body=body, crc=[checked['ChecksumCRC32'], attributes['Checksum']['ChecksumCRC32']] == [crc, crc], size=attributes['ObjectSize'],
       range=s3.get_object(Bucket='errors', Key='k', Range='bytes=1-2')['ContentRange'],
       no_key=refused(s3.get_object, Bucket='errors', Key='none'),
       no_bucket=refused(s3.list_objects, Bucket='none'),
       bad_name=refused(s3.create_bucket, Bucket='_') , unchanged=unchanged,
       long_key=refused(s3.put_object, Bucket='errors', Key='k' * 1025, Body=b''),
       bad_part=refused(s3.upload_part, Bucket='errors', Key='k', UploadId='none', PartNumber=1, Body=b''),
       not_empty=refused(s3.delete_bucket, Bucket='errors'))
`)
    assert.deepEqual(told, {
      body: 'text',
      crc: true,
      size: 4,
      range: 'bytes 1-2/4',
      no_key: [404, 'NoSuchKey'],
      no_bucket: [404, 'NoSuchBucket'],
      bad_name: [400, 'InvalidBucketName'],
      unchanged: [304, '304'],
      long_key: [400, 'KeyTooLong'],
      bad_part: [404, 'NoSuchUpload'],
      not_empty: [409, 'BucketNotEmpty'],
    })
  })

  it('takes an image through its whole life by resources and waiters', async () => {
    const folder = await bundleByHand(cloud, 'disk.img', ext4Disk('boto3'))
    const told = await boto3(
      `
folder = sys.argv[1]
bucket = resource('s3').create_bucket(Bucket='images')
for name in os.listdir(folder):
    bucket.upload_file(os.path.join(folder, name), name, ExtraArgs={'ACL': 'aws-exec-read'})
ec2 = resource('ec2')
api = ec2.meta.client
image = ec2.register_image(Name='three', ImageLocation='images/disk.img.manifest.xml', VirtualizationType='hvm')
image.wait_until_exists(Filters=[{'Name': 'state', 'Values': ['available']}])
pair = ec2.create_key_pair(KeyName='three')
group = ec2.create_security_group(GroupName='three', Description='for boto3')
group.authorize_ingress(IpPermissions=[{'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22,
    'IpRanges': [{'CidrIp': '192.0.2.0/24', 'Description': 'an office'}]}])
made = ec2.create_instances(ImageId=image.id, MinCount=3, MaxCount=3, KeyName='three', SecurityGroups=['three'],
    TagSpecifications=[{'ResourceType': 'instance', 'Tags': [{'Key': 'set', 'Value': 'a'}]}], UserData='hello')
first = made[0]
states = [i.state['Name'] for i in made]
waiter = api.get_waiter('instance_running')
waiter.config.delay = 1
waiter.wait(InstanceIds=[i.id for i in made])
pages = list(api.get_paginator('describe_instances').paginate(
    Filters=[{'Name': 'tag:set', 'Values': ['a']}], PaginationConfig={'PageSize': 5}))
ok = api.get_waiter('instance_status_ok')
ok.config.delay = 1
ok.wait(InstanceIds=[first.id])
pages_of_status = [len(p['InstanceStatuses']) for p in api.get_paginator('describe_instance_status').paginate(
    PaginationConfig={'PageSize': 5})]
first.create_tags(Tags=[{'Key': 'name', 'Value': 'one'}])
first.reload()
tags = sorted([t['Key'], t['Value']] for t in first.tags)
found = [i.id for i in ec2.instances.filter(Filters=[{'Name': 'tag:name', 'Values': ['o?e']}])]
address = api.allocate_address()['PublicIp']
api.associate_address(PublicIp=address, InstanceId=first.id)
first.reload()
console = first.console_output()
data = first.describe_attribute(Attribute='userData')['UserData']['Value']
public = first.public_ip_address == address
first.reboot()
ec2.instances.filter(InstanceIds=[i.id for i in made]).terminate()
waiter = api.get_waiter('instance_terminated')
waiter.config.delay = 1
waiter.wait(InstanceIds=[i.id for i in made])
api.release_address(PublicIp=address)
dry = refused(group.delete, DryRun=True)
group.delete()
pair.delete()
image.deregister()
answer(image=image.id, states=states, described=sorted(i['InstanceId'] for p in pages for r in p['Reservations'] for i in r['Instances']) == sorted(i.id for i in made),
       status=pages_of_status, tags=tags, found=found == [first.id], public=public, console=console['InstanceId'] == first.id,
       data=data, dry=dry, again=refused(image.deregister))
`,
      folder,
    )
    assert.match(told.image, /^emi-/)
    assert.deepEqual(told.states, ['pending', 'pending', 'pending'])
    assert.equal(told.described, true)
    assert.deepEqual(told.status, [3])
    assert.deepEqual(told.tags, [
      ['name', 'one'],
      ['set', 'a'],
    ])
    assert.equal(told.found, true)
    assert.equal(told.public, true)
    assert.equal(told.console, true)
    assert.equal(Buffer.from(told.data, 'base64').toString(), 'hello')
    assert.deepEqual(told.dry, [412, 'DryRunOperation'])
  })

  it('describes the cloud and knows who it is', async () => {
    const told = await boto3(`
ec2, sts, iam = client('ec2'), client('sts'), client('iam')
zones = [z['ZoneName'] for z in ec2.describe_availability_zones()['AvailabilityZones']]
attributes = [a['AttributeName'] for a in ec2.describe_account_attributes()['AccountAttributes']]
keys = [k['Status'] for k in iam.list_access_keys()['AccessKeyMetadata']]
users = [u['UserName'] for p in iam.get_paginator('list_users').paginate() for u in p['Users']]
certificates = [c['Status'] for c in iam.list_signing_certificates()['Certificates']]
answer(zones=zones, attributes=attributes, keys=keys, users=users, certificates=certificates,
       me=sts.get_caller_identity()['Account'], below=client('sts', '/services/Tokens').get_caller_identity()['Account'],
       unknown=refused(ec2.describe_hosts), nobody=refused(iam.get_user, UserName='nobody'))
`)
    assert.deepEqual(told, {
      zones: ['PARTI00', 'PARTI01'],
      attributes: told.attributes,
      keys: ['Active'],
      users: ['admin'],
      certificates: ['Active'],
      me: cloud.accountId,
      below: cloud.accountId,
      unknown: [400, 'InvalidAction'],
      nobody: [404, 'NoSuchEntity'],
    })
  })
})
