// SPDX-License-Identifier: BSD-2-Clause
// boto 2, as scripts for Eucalyptus have used it: a path for each service, plain HTTP, version 2 signatures.
import assert from 'node:assert/strict'
import { type Json, need, program, python } from '../support/programs'
import { ext4Disk } from '../support/tiny-image'
import { bundleByHand, bundlers } from './hand-made-bundle'
import { type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import json, os, sys, time
import boto
from boto.ec2.connection import EC2Connection
from boto.ec2.regioninfo import RegionInfo
from boto.exception import BotoServerError, EC2ResponseError, S3ResponseError
from boto.s3.connection import OrdinaryCallingFormat, S3Connection

host, port = os.environ['CLOUD_HOST'], int(os.environ['CLOUD_PORT'])
key, secret = os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY']

def compute(secret=secret, path='/services/compute', **more):
    region = RegionInfo(name='eucalyptus', endpoint=host)
    return EC2Connection(key, secret, is_secure=False, port=port, path=path, region=region, **more)

def storage(secret=secret, path='/services/objectstorage', **more):
    return S3Connection(key, secret, is_secure=False, port=port, path=path, host=host,
                        calling_format=OrdinaryCallingFormat(), **more)

def refused(call, *args, **more):
    try:
        call(*args, **more)
    except BotoServerError as error:
        return [error.status, error.error_code]
    return 'not refused'

def until(done, seconds=120):
    end = time.time() + seconds
    while not done():
        if time.time() > end:
            raise SystemExit('waited too long')
        time.sleep(0.2)

def answer(**values):
    print(json.dumps(values))
`

describe('boto 2 as a user of the cloud', () => {
  let cloud: ServedCloud

  before(async function () {
    need(this, 'python3:boto', 'curl', ...bundlers)
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  const boto = (script: string, ...args: string[]): Promise<Json> =>
    python('boto', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD_HOST: cloud.host, CLOUD_PORT: String(cloud.port) },
      cwd: cloud.work,
      args,
    })

  it('puts, lists, reads and deletes objects', async () => {
    const told = await boto(`
s3 = storage()
bucket = s3.create_bucket('boto-box')
one = bucket.new_key('dir/one with blanks+plus')
one.set_metadata('colour', 'blue')
one.content_type = 'text/plain'
one.set_contents_from_string('first')
bucket.new_key('two').set_contents_from_string('')
found = bucket.get_key('dir/one with blanks+plus')
ranged = found.get_contents_as_string(headers={'Range': 'bytes=1-2'}).decode()
listed = [[k.name, k.size, k.etag] for k in bucket.list()]
prefixes = [p.name for p in bucket.list(delimiter='/')]
missing = bucket.get_key('none') is None
full = refused(bucket.delete)
deleted = [d.key for d in bucket.delete_keys([k.name for k in bucket.list()]).deleted]
bucket.delete()
gone = refused(s3.get_bucket, 'boto-box')
answer(type=found.content_type,
       colour=found.get_metadata('colour'), ranged=ranged, listed=listed, prefixes=prefixes,
       missing=missing, full=full, deleted=deleted, gone=gone)
`)
    assert.equal(told.ranged, 'ir')
    assert.equal(told.colour, 'blue')
    assert.equal(told.type, 'text/plain')
    assert.deepEqual(told.listed, [
      ['dir/one with blanks+plus', 5, '"8b04d5e3775d298e78455efc5ca404d5"'],
      ['two', 0, '"d41d8cd98f00b204e9800998ecf8427e"'],
    ])
    assert.deepEqual(told.prefixes, ['two', 'dir/'])
    assert.equal(told.missing, true)
    assert.deepEqual(told.full, [409, 'BucketNotEmpty'])
    assert.equal(told.deleted.length, 2)
    assert.deepEqual(told.gone, [404, 'NoSuchBucket'])
  })

  it('grants, copies, versions, uploads in parts, and signs URLs', async () => {
    const told = await boto(`
import io
s3 = storage(path='/services/Walrus')
bucket = s3.create_bucket('boto-box')
one = bucket.new_key('one')
one.set_contents_from_string('first', policy='public-read')
acl = one.get_acl()
grants = sorted(g.permission for g in acl.acl.grants)
open_url = one.generate_url(0, query_auth=False)
one.set_acl('private')
signed = one.generate_url(60)
expired = one.generate_url(-60)
copied = bucket.copy_key('copy', 'boto-box', 'one').etag
upload = bucket.initiate_multipart_upload('large')
upload.upload_part_from_file(io.BytesIO(b'a' * 5242880), 1)
upload.upload_part_from_file(io.BytesIO(b'end'), 2)
parts = [[p.part_number, p.size] for p in upload]
done = upload.complete_upload()
size = bucket.get_key('large').size
other = bucket.initiate_multipart_upload('other')
other.cancel_upload()
uploads = len(bucket.get_all_multipart_uploads())
bucket.configure_versioning(True)
one.set_contents_from_string('second')
versions = len([v for v in bucket.list_versions('one')])
status = bucket.get_versioning_status()
bucket.set_cors_xml('<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>')
cors = bucket.get_cors()[0].allowed_origin
wrong = refused(storage('wrong').get_all_buckets)
location = bucket.get_location()
answer(grants=grants, open=open_url, signed=signed, expired=expired, copied=copied, parts=parts, etag=done.etag,
       size=size, uploads=uploads, versions=versions, status=status, cors=cors, wrong=wrong, location=location,
       buckets=[b.name for b in s3.get_all_buckets()])
`)
    assert.deepEqual(told.grants, ['FULL_CONTROL', 'READ'])
    const curl = program('curl', {}, { first: ['-sS'] })
    assert.match(await curl`${told.open}`, /AccessDenied/)
    assert.equal(await curl`${told.signed}`, 'second')
    assert.match(await curl`${told.expired}`, /<Code>AccessDenied<\/Code>/)
    assert.equal(told.copied, '"8b04d5e3775d298e78455efc5ca404d5"')
    assert.deepEqual(told.parts, [
      [1, 5242880],
      [2, 3],
    ])
    assert.match(told.etag, /-2"$/)
    assert.equal(told.size, 5242883)
    assert.equal(told.uploads, 0)
    assert.equal(told.versions, 2)
    assert.deepEqual(told.status, { Versioning: 'Enabled' })
    assert.deepEqual(told.cors, ['*'])
    assert.deepEqual(told.wrong, [403, 'SignatureDoesNotMatch'])
    assert.equal(told.location, '')
    assert.deepEqual(told.buckets, ['boto-box'])
  })

  it('speaks version 4 signatures to the object store', async () => {
    const told = await boto(`
os.environ['S3_USE_SIGV4'] = 'True'
s3 = storage(path='/')
s3._auth_handler.region_name = 'eucalyptus'
bucket = s3.create_bucket('boto-four')
bucket.new_key('k e+y').set_contents_from_string('four')
text = bucket.get_key('k e+y').get_contents_as_string().decode()
names = [k.name for k in bucket.list(prefix='k ')]
bucket.delete_keys(names)
bucket.delete()
answer(text=text, names=names, auth=type(s3._auth_handler).__name__)
`)
    assert.deepEqual(told, { text: 'four', names: ['k e+y'], auth: 'S3HmacAuthV4Handler' })
  })

  it('describes the cloud, by POST and by GET', async () => {
    const told = await boto(`
ec2 = compute()
old = compute(path='/services/Eucalyptus')
zones = [[z.name, z.state] for z in ec2.get_all_zones()]
regions = [r.name for r in old.get_all_regions()]
groups = [g.name for g in ec2.get_all_security_groups()]
pairs = len(ec2.get_all_key_pairs())
by_get = len(ec2.get_list('DescribeAvailabilityZones', {}, [('item', boto.ec2.zone.Zone)], verb='GET'))
types = {t.name: [t.cores, t.memory, t.disk] for t in ec2.get_all_instance_types()}
wrong = refused(compute('wrong').get_all_zones)
unknown = refused(ec2.get_all_images, ['emi-00000000'])
answer(zones=zones, regions=regions, groups=groups, pairs=pairs, get=by_get, wrong=wrong, unknown=unknown,
       small=types['m1.small'])
`)
    assert.deepEqual(told.zones, [
      ['PARTI00', 'available'],
      ['PARTI01', 'available'],
    ])
    assert.deepEqual(told.regions, ['eucalyptus'])
    assert.deepEqual(told.groups, ['default'])
    assert.equal(told.pairs, 0)
    assert.equal(told.get, 2)
    assert.deepEqual(told.small, ['1', '256', '5'])
    assert.deepEqual(told.wrong, [403, '403 Forbidden'])
    assert.deepEqual(told.unknown, [400, 'InvalidAMIID.NotFound'])
  })

  it('takes an image through its whole life', async () => {
    const folder = await bundleByHand(cloud, 'disk.img', ext4Disk('boto'))
    const told = await boto(
      `
folder = sys.argv[1]
bucket = storage().create_bucket('boto-images')
for name in os.listdir(folder):
    part = bucket.new_key('p/' + name)
    part.set_contents_from_filename(os.path.join(folder, name), policy='aws-exec-read')
ec2 = compute()
emi = ec2.register_image('boto-image', image_location='boto-images/p/disk.img.manifest.xml',
                         virtualization_type='hvm', description='From boto')
images = [[i.id, i.name, i.state, i.is_public, i.location] for i in ec2.get_all_images(owners=['self'])]
ec2.modify_image_attribute(emi, operation='add', groups='all')
permitted = ec2.get_image_attribute(emi).attrs
pair = ec2.create_key_pair('boto-key')
group = ec2.create_security_group('boto-group', 'made by boto')
group.authorize('tcp', 22, 22, '0.0.0.0/0')
group.authorize(src_group=group)
rules = [[r.ip_protocol, r.from_port, r.to_port, [str(g) for g in r.grants]]
         for r in ec2.get_all_security_groups(['boto-group'])[0].rules]
reservation = ec2.run_instances(emi, key_name='boto-key', security_groups=['boto-group'], instance_type='m1.small',
                                user_data='from boto', client_token='boto-token')
instance = reservation.instances[0]
first_state = instance.state
until(lambda: instance.update() == 'running')
instance.add_tag('name', 'boto test')
address = ec2.allocate_address()
address.associate(instance.id)
instance.update()
associated = instance.ip_address == address.public_ip
console = instance.get_console_output()
listed = [i.id for r in ec2.get_all_instances(filters={'tag:name': 'boto*'}) for i in r.instances]
tags = [[t.res_id, t.name, t.value] for t in ec2.get_all_tags()]
statuses = [s.state_name for s in ec2.get_all_instance_status([instance.id])]
data = instance.get_attribute('userData')['userData']
password = ec2.get_password_data(instance.id)
instance.monitor()
kept = ec2.modify_instance_attribute(instance.id, 'disableApiTermination', True)
protected = refused(instance.terminate)
ec2.modify_instance_attribute(instance.id, 'disableApiTermination', False)
address.disassociate()
address.release()
in_use = refused(group.delete)
instance.reboot()
instance.terminate()
until(lambda: instance.update() == 'terminated')
group.delete()
pair.delete()
ec2.deregister_image(emi)
answer(emi=emi, images=images, permitted=permitted, fingerprint=pair.fingerprint, material=bool(pair.material),
       rules=rules, first=first_state, id=instance.id, associated=associated, console=console.instance_id,
       output=bool(console.output), listed=listed, tags=tags, statuses=statuses, data=data, in_use=in_use, password=password, protected=protected,
       dns=instance.private_dns_name, type=instance.instance_type, group=[g.name for g in instance.groups])
`,
      folder,
    )
    assert.match(told.emi, /^emi-[0-9A-F]{8}$/)
    const location = 'boto-images/p/disk.img.manifest.xml'
    assert.deepEqual(told.images, [[told.emi, 'boto-image', 'available', false, location]])
    assert.deepEqual(told.permitted, { groups: ['all'] })
    assert.match(told.fingerprint, /^([0-9a-f]{2}:){19}[0-9a-f]{2}$/)
    assert.equal(told.material, true)
    assert.deepEqual(
      told.rules.find((rule: unknown[]) => rule[1] === '22'),
      ['tcp', '22', '22', ['0.0.0.0/0']],
    )
    assert.deepEqual(told.rules.map((rule: unknown[]) => rule[0]).sort(), ['icmp', 'tcp', 'tcp', 'udp'])
    assert.equal(told.first, 'pending')
    assert.equal(told.associated, true)
    assert.equal(told.console, told.id)
    assert.equal(told.output, true)
    assert.deepEqual(told.listed, [told.id])
    assert.deepEqual(told.tags, [[told.id, 'name', 'boto test']])
    assert.deepEqual(told.statuses, ['running'])
    assert.equal(Buffer.from(told.data, 'base64').toString(), 'from boto')
    assert.equal(told.password, '')
    assert.deepEqual(told.protected, [400, 'OperationNotPermitted'])
    assert.deepEqual(told.in_use, [400, 'DependencyViolation'])
    assert.equal(told.type, 'm1.small')
    assert.deepEqual(told.group, ['boto-group'])
  })

  it('knows who it is', async () => {
    const told = await boto(`
from boto.iam.connection import IAMConnection
from boto.sts.connection import STSConnection
iam = IAMConnection(key, secret, is_secure=False, port=port, host=host, path='/services/Euare')
user = iam.get_user()['get_user_response']['get_user_result']['user']
users = iam.get_all_users()['list_users_response']['list_users_result']['users']
alias = iam.get_account_alias()['list_account_aliases_response']['list_account_aliases_result']['account_aliases']
certificates = iam.get_all_signing_certs()['list_signing_certificates_response']['list_signing_certificates_result']['certificates']
missing = refused(iam.get_user, 'nobody')
answer(user=user['user_name'], users=[u['user_name'] for u in users], alias=alias, missing=missing,
       certificates=len(certificates))
`)
    assert.deepEqual(told, {
      user: 'admin',
      users: ['admin'],
      alias: ['eucalyptus'],
      missing: [404, 'NoSuchEntity'],
      certificates: 1,
    })
  })
})
