// SPDX-License-Identifier: BSD-2-Clause
// boto3 and roles: keys that expire, codes of devices, managed policies.
import assert from 'node:assert/strict'
import { Engine } from '../../src/engine/engine'
import { need, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import base64, hashlib, hmac, json, os, struct, sys, time
import boto3
from botocore.exceptions import ClientError

endpoint = os.environ['CLOUD']

def client(name, keys={}):
    return boto3.client(name, endpoint_url=endpoint, aws_access_key_id=keys.get('AccessKeyId'),
                        aws_secret_access_key=keys.get('SecretAccessKey'), aws_session_token=keys.get('SessionToken'))

def refused(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return error.response['Error']['Code']
    return 'not refused'

def allow(action, **more):
    return json.dumps({'Version': '2012-10-17', 'Statement': [
        dict({'Effect': 'Allow', 'Action': action}, **(more or {'Resource': '*'}))]})

def code(seed, step):
    digest = hmac.new(base64.b32decode(seed), struct.pack('>Q', step), hashlib.sha1).digest()
    start = digest[-1] & 15
    return '%06d' % ((struct.unpack('>I', digest[start:start + 4])[0] & 0x7fffffff) % 1000000)

iam, sts = client('iam'), client('sts')
iam.create_user(UserName='ann')
ann = iam.create_access_key(UserName='ann')['AccessKey']
arn = iam.get_user(UserName='ann')['User']['Arn']
`

describe('boto3 in a role', () => {
  let cloud: ServedCloud
  let account: string
  let env: Record<string, string>

  before(async function () {
    need(this, 'python3:boto3')
    cloud = await servedCloud()
    // Users of the cloud's own account are above policies.
    const engine = await Engine.open({ home: cloud.home })
    account = (await engine.createAccount('alice')).id
    const key = engine.read(tx => tx.accessKeys.list().find(one => one.account === account))
    await engine.close()
    env = {
      ...cloud.env,
      CLOUD: cloud.endpoint,
      AWS_ACCESS_KEY_ID: key?.id ?? '',
      AWS_SECRET_ACCESS_KEY: key?.secret ?? '',
    }
  })
  after(() => cloud?.close())

  it('does what the role may, with what a code of a device opens', async () => {
    const answer = await python(
      'boto3',
      `${preamble}
device = iam.create_virtual_mfa_device(VirtualMFADeviceName='phone')['VirtualMFADevice']
seed = device['Base32StringSeed'].decode()
step = int(time.time() / 30)
iam.enable_mfa_device(UserName='ann', SerialNumber=device['SerialNumber'],
                      AuthenticationCode1=code(seed, step - 1), AuthenticationCode2=code(seed, step))
trust = allow('sts:AssumeRole', Principal={'AWS': arn}, Condition={'Bool': {'aws:MultiFactorAuthPresent': 'true'}})
role = iam.create_role(RoleName='reader', AssumeRolePolicyDocument=trust, MaxSessionDuration=7200)['Role']
policy = iam.create_policy(PolicyName='look', PolicyDocument=allow('iam:List*'))['Policy']
iam.attach_role_policy(RoleName='reader', PolicyArn=policy['Arn'])
anns = client('sts', ann)
wish = dict(RoleArn=role['Arn'], RoleSessionName='work', DurationSeconds=7200)
without = refused(anns.assume_role, **wish)
session = anns.assume_role(SerialNumber=device['SerialNumber'], TokenCode=code(seed, step + 1), **wish)
keys = session['Credentials']
inside = client('iam', keys)
print(json.dumps({
    'trust': role['AssumeRolePolicyDocument']['Statement'][0]['Principal'],
    'without': without,
    'again': refused(anns.assume_role, SerialNumber=device['SerialNumber'], TokenCode=code(seed, step + 1), **wish),
    'who': client('sts', keys).get_caller_identity()['Arn'].split(':', 5)[5],
    'roles': [one['RoleName'] for one in inside.list_roles()['Roles']],
    'create': refused(inside.create_user, UserName='ben'),
    'shortened': refused(client('iam', dict(keys, SessionToken=keys['SessionToken'][4:])).list_roles),
    'outside': refused(client('iam', ann).list_roles),
    'document': iam.get_policy_version(PolicyArn=policy['Arn'], VersionId='v1')['PolicyVersion']['Document']['Statement'][0]['Action'],
}))
`,
      { cwd: cloud.work, env },
    )
    assert.deepEqual(answer, {
      trust: { AWS: `arn:aws:iam::${account}:user/ann` },
      without: 'AccessDenied',
      again: 'AccessDenied',
      who: 'assumed-role/reader/work',
      roles: ['reader'],
      create: 'NotAuthorized',
      shortened: '403 Forbidden',
      outside: 'NotAuthorized',
      document: 'iam:List*',
    })
  })
})
