// SPDX-License-Identifier: BSD-2-Clause
// Policies of buckets, set by boto3 and the AWS CLI, and felt by users of another account, by sessions and by browsers.
import assert from 'node:assert/strict'
import { allFail, type Json, need, type Program, program, python } from '../support/programs'
import { type ServedCloud, servedCloud } from './served-cloud'

const preamble = `
import json, os, re
import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from botocore.httpsession import URLLib3Session

endpoint = os.environ['CLOUD']

def client(name, keys=None, path='', **config):
    given = dict(zip(['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token'], keys or []))
    return boto3.client(name, endpoint_url=endpoint + path, config=Config(**config), **given)

# What Eucalyptus has beyond IAM, boto3 does not know.
def euare(action, **parameters):
    mine = Credentials(os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY'])
    request = AWSRequest('POST', endpoint + '/services/Euare', data={'Action': action, 'Version': '2010-05-08', **parameters})
    SigV4Auth(mine, 'iam', 'eucalyptus').add_auth(request)
    text = URLLib3Session().send(request.prepare()).text
    return {name: value for name, value in re.findall('<(\\\\w+)>([^<]*)</', text)}

def account(name):
    number = euare('CreateAccount', AccountName=name)['AccountId']
    key = euare('CreateAccessKey', DelegateAccount=name, UserName='admin')
    return number, [key['AccessKeyId'], key['SecretAccessKey']]

def outcome(call, **more):
    try:
        return call(**more) and 'done'
    except ClientError as error:
        return error.response['Error']['Code']

def answer(**values):
    print(json.dumps(values))
`

describe('policies of buckets, for other clients', () => {
  let cloud: ServedCloud
  let aws: Program
  before(async function () {
    need(this, 'aws', 'python3:boto3', 'curl')
    cloud = await servedCloud()
  })
  after(() => cloud?.close())

  const boto3 = (script: string): Promise<Json> =>
    python('boto3', `${preamble}${script}`, {
      env: { ...cloud.env, CLOUD: cloud.endpoint },
      cwd: cloud.work,
    })

  it('open one prefix to another account, and to what its users, roles and addresses are allowed', async () => {
    const told = await boto3(`
_, alice_keys = account('alice')
bob, bob_keys = account('bob')
alice = client('s3', alice_keys)
alice.create_bucket(Bucket='pictures')
for key in ['public/one', 'private/one']:
    alice.put_object(Bucket='pictures', Key=key, Body=key.encode())
policy = {'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': {'AWS': bob}, 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::pictures/public/*'},
    {'Effect': 'Allow', 'Principal': {'AWS': bob}, 'Action': 's3:ListBucket', 'Resource': 'arn:aws:s3:::pictures',
     'Condition': {'StringLike': {'s3:prefix': 'public/*'}}}]}
before = outcome(client('s3', bob_keys).get_object, Bucket='pictures', Key='public/one')
alice.put_bucket_policy(Bucket='pictures', Policy=json.dumps(policy))

iam = client('iam', bob_keys, '/services/Euare')
iam.create_user(UserName='dave')
key = iam.create_access_key(UserName='dave')['AccessKey']
dave_keys = [key['AccessKeyId'], key['SecretAccessKey']]
def tried(keys):
    s3 = client('s3', keys)
    return [outcome(s3.get_object, Bucket='pictures', Key='public/one'),
            outcome(s3.get_object, Bucket='pictures', Key='private/one'),
            outcome(s3.list_objects_v2, Bucket='pictures', Prefix='public/'),
            outcome(s3.list_objects_v2, Bucket='pictures'),
            outcome(s3.put_object, Bucket='pictures', Key='public/two', Body=b'')]
admin, alone = tried(bob_keys), tried(dave_keys)
iam.put_user_policy(UserName='dave', PolicyName='s3', PolicyDocument=json.dumps(
    {'Statement': [{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}]}))
allowed = tried(dave_keys)
session = client('sts', dave_keys, '/services/Tokens').get_session_token(DurationSeconds=900)['Credentials']
session_keys = [session['AccessKeyId'], session['SecretAccessKey'], session['SessionToken']]
temporary = tried(session_keys)
urls = [client('s3', session_keys, signature_version=version, s3={'addressing_style': 'path'}).generate_presigned_url(
    'get_object', Params={'Bucket': 'pictures', 'Key': key}) for version in ['s3', 's3v4'] for key in ['public/one', 'private/one']]
answer(before=before, admin=admin, alone=alone, allowed=allowed, temporary=temporary, urls=urls, alice=alice_keys, bob=bob_keys)
`)
    const inside = ['done', 'AccessDenied', 'done', 'AccessDenied', 'AccessDenied']
    assert.equal(told.before, 'AccessDenied')
    assert.deepEqual(told.admin, inside)
    assert.deepEqual(told.alone, Array(5).fill('AccessDenied'))
    assert.deepEqual(told.allowed, inside)
    assert.deepEqual(told.temporary, inside)
    const curl = program('curl', { cwd: cloud.work }, { first: ['-sSi'] })
    const [old, oldClosed, newer, newerClosed] = told.urls as string[]
    for (const url of [old, newer]) assert.match(await curl`${url}`, /200 OK[\s\S]*public\/one$/)
    for (const url of [oldClosed, newerClosed])
      assert.match(await curl`${url}`, /403 Forbidden[\s\S]*AccessDenied/)
    const [id, secret] = told.alice as string[]
    const env = { ...cloud.env, AWS_ACCESS_KEY_ID: id ?? '', AWS_SECRET_ACCESS_KEY: secret ?? '' }
    aws = program(
      'aws',
      { env, cwd: cloud.work },
      { first: ['s3api'], last: ['--endpoint-url', cloud.endpoint] },
    )
  })

  it('are set, shown and removed by the AWS CLI', async () => {
    const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' }
    const policy = (Resource: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource }] })
    cloud.file('policy.json', policy('arn:aws:s3:::pictures/public/*'))
    cloud.file('wrong.json', policy('arn:aws:s3:::others/*'))
    await aws`put-bucket-policy --bucket pictures --policy file://policy.json`
    const { Policy } = await aws.json`get-bucket-policy --bucket pictures`
    assert.equal(Policy, policy('arn:aws:s3:::pictures/public/*'))
    const status = await aws.json`get-bucket-policy-status --bucket pictures`
    assert.deepEqual(status, { PolicyStatus: { IsPublic: true } })
    const curl = program('curl', { cwd: cloud.work }, { first: ['-sS'] })
    assert.equal(await curl`${cloud.endpoint}/pictures/public/one`, 'public/one')
    assert.match(await curl`${cloud.endpoint}/pictures/private/one`, /AccessDenied/)
    await allFail([
      [
        /MalformedPolicy.*invalid resource/,
        aws.fails`put-bucket-policy --bucket pictures --policy file://wrong.json`,
      ],
    ])
    await aws`delete-bucket-policy --bucket pictures`
    await allFail([[/NoSuchBucketPolicy/, aws.fails`get-bucket-policy --bucket pictures`]])
    assert.match(await curl`${cloud.endpoint}/pictures/public/one`, /AccessDenied/)
  })
})
