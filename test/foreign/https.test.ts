// SPDX-License-Identifier: BSD-2-Clause
// Clients over HTTPS that check the server by the certificate of the credentials' archive, as they do with a real cloud.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { run as runTool } from '../cli/process'
import { type Json, need, type Program, program, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

describe('over HTTPS', () => {
  let cloud: ServedCloud
  /** PEM files: the certificate of the archive, and one of somebody else. */
  let ours: string
  let others: string
  let https: string

  before(async function () {
    need(this, 'aws', 'python3:boto', 'python3:boto3', 'openssl')
    cloud = await servedCloud()
    https = cloud.endpoint.replace('http:', 'https:')
    const { status, stderr } = await runTool(['mallee', 'credentials', 'admin.zip'], {
      cwd: cloud.work,
      home: cloud.work,
      env: { MALLEE_HOME: cloud.home },
    })
    assert.equal(status, 0, stderr)
    const files = unzipSync(new Uint8Array(readFileSync(join(cloud.work, 'admin.zip'))))
    ours = cloud.file('archived-cert.pem', Buffer.from(files['cloud-cert.pem'] ?? []))
    others = join(cloud.work, 'others.pem')
    const openssl = program('openssl', { env: cloud.env, cwd: cloud.work })
    const subject = '/CN=eucalyptus'
    await openssl`req -x509 -newkey rsa:2048 -nodes -keyout others.key -out ${others} -subj ${subject} -days 2`
  })
  after(() => cloud?.close())

  describe('the AWS CLI', () => {
    const aws = (more: Readonly<Record<string, string>>): Program =>
      program('aws', { env: { ...cloud.env, ...more }, cwd: cloud.work })

    it('reaches every service with the certificate of the archive', async () => {
      const trusting = aws({ AWS_CA_BUNDLE: ours })
      const at = (service: string) => ['--endpoint-url', `${https}/services/${service}`]
      const named = https.replace('127.0.0.1', 'localhost')
      const [identity, { Regions }, { User }] = await Promise.all([
        trusting.json`${at('Tokens')} sts get-caller-identity`,
        trusting.json`${at('compute')} ec2 describe-regions`,
        trusting.json`${at('Euare')} iam get-user`,
        trusting`${at('objectstorage')} s3 mb s3://cli`,
        trusting`--endpoint-url ${`${named}/services/compute`} ec2 describe-regions`,
      ])
      assert.equal(identity.Account, cloud.accountId)
      assert.equal(Regions[0].RegionName, 'eucalyptus')
      assert.equal(User.UserName, 'admin')
      assert.match(await trusting`${at('objectstorage')} s3 ls`, / cli$/m)
    })

    it("does not without it, or with somebody else's", async () => {
      const call = ['--endpoint-url', `${https}/services/compute`, 'ec2', 'describe-regions']
      const failures = await Promise.all([
        aws({}).fails`${call}`,
        aws({ AWS_CA_BUNDLE: others }).fails`${call}`,
      ])
      for (const failure of failures) assert.match(failure, /SSL validation failed/)
    })
  })

  it('boto3 checks the server by the certificate of the archive, and by no other', async () => {
    const script = `
import json, os, sys
import boto3
from botocore.exceptions import SSLError
base, bundle, others = sys.argv[1:]
def client(service, path, verify):
    return boto3.client(service, endpoint_url=base + '/services/' + path, verify=verify)
s3 = client('s3', 'objectstorage', bundle)
s3.create_bucket(Bucket='three')
s3.put_object(Bucket='three', Key='k', Body=b'x' * 100000)
def refused(verify):
    try:
        client('ec2', 'compute', verify).describe_regions()
        return False
    except SSLError as error:
        return 'CERTIFICATE_VERIFY_FAILED' in str(error)
print(json.dumps(dict(
    account=client('sts', 'Tokens', bundle).get_caller_identity()['Account'],
    regions=len(client('ec2', 'compute', bundle).describe_regions()['Regions']),
    bytes=len(s3.get_object(Bucket='three', Key='k')['Body'].read()),
    refused=[refused(True), refused(others)])))
`
    const said: Json = await python('boto3', script, {
      env: cloud.env,
      cwd: cloud.work,
      args: [https, ours, others],
    })
    assert.deepEqual(said, { account: cloud.accountId, regions: 1, bytes: 100000, refused: [true, true] })
  })

  // It knows names in certificates, and no addresses.
  it('boto 2 does so, too, when it calls the server by its name', async () => {
    const script = `
import json, os, sys
import boto
from boto.ec2.connection import EC2Connection
from boto.ec2.regioninfo import RegionInfo
from boto.s3.connection import OrdinaryCallingFormat, S3Connection
host, port, bundle = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if not boto.config.has_section('Boto'):
    boto.config.add_section('Boto')
boto.config.set('Boto', 'ca_certificates_file', bundle)
boto.config.set('Boto', 'num_retries', '0')
key, secret = os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY']
ec2 = EC2Connection(key, secret, is_secure=True, validate_certs=True, port=port, path='/services/Eucalyptus',
                    region=RegionInfo(name='eucalyptus', endpoint=host))
s3 = S3Connection(key, secret, is_secure=True, validate_certs=True, port=port, path='/services/Walrus', host=host,
                  calling_format=OrdinaryCallingFormat())
try:
    regions = [region.name for region in ec2.get_all_regions()]
    bucket = s3.create_bucket('two')
    bucket.new_key('k').set_contents_from_string('x' * 1000)
    print(json.dumps(dict(regions=regions, bytes=len(bucket.get_key('k').get_contents_as_string()))))
except Exception as error:
    print(json.dumps(dict(error=type(error).__name__ + ': ' + str(error))))
`
    const boto = (bundle: string): Promise<Json> =>
      python('boto', script, {
        env: cloud.env,
        cwd: cloud.work,
        args: ['localhost', String(cloud.port), bundle],
      })
    assert.deepEqual(await boto(ours), { regions: ['eucalyptus'], bytes: 1000 })
    assert.match((await boto(others)).error, /certificate verify failed|CERTIFICATE_VERIFY_FAILED/i)
  })
})
