// SPDX-License-Identifier: BSD-2-Clause
// Bundling an instance, as the AWS CLI and boto3 ask for it: the one makes the policy itself, the other is given one.
import assert from 'node:assert/strict'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { need, type Program, program, python } from '../support/programs'
import { ext4Disk } from '../support/tiny-image'
import { until } from '../support/until'
import { bundleByHand, bundlers } from './hand-made-bundle'
import { type ServedCloud, servedCloud } from './served-cloud'

describe('other clients that bundle an instance', () => {
  let cloud: ServedCloud
  let aws: Program
  let instance: string

  const run = async (emi: string): Promise<string> => {
    const ran = await aws.json`ec2 run-instances --image-id ${emi}`
    const id = ran.Instances[0].InstanceId
    const query = 'Reservations[].Instances[].State.Name'
    await until(
      async () =>
        (await aws.json`ec2 describe-instances --instance-ids ${id} --query ${query}`)[0] === 'running',
    )
    return id
  }
  const disk = (id: string): string => join(cloud.home, 'nodes/PARTI00/work', cloud.accountId, id, 'disk')
  const state = async (): Promise<string> =>
    (await aws.json`ec2 describe-bundle-tasks --query BundleTasks[].State`)[0]

  before(async function () {
    need(this, 'aws', 'python3:boto3', ...bundlers)
    cloud = await servedCloud()
    aws = program('aws', { env: cloud.env, cwd: cloud.work }, { last: ['--endpoint-url', cloud.endpoint] })
    const folder = await bundleByHand(cloud, 'disk.img', ext4Disk('root'))
    await aws`s3 mb s3://images`
    await aws`s3 cp --quiet --recursive --acl aws-exec-read ${folder} s3://images/one`
    const registered =
      await aws.json`ec2 register-image --name one --image-location images/one/disk.img.manifest.xml --virtualization-type hvm`
    instance = await run(registered.ImageId)
    const file = await open(disk(instance), 'r+')
    await file.write('written by the guest', 20_000)
    await file.close()
  })
  after(() => cloud?.close())

  it('the AWS CLI, whose own policy is good', async () => {
    const made =
      await aws.json`ec2 bundle-instance --instance-id ${instance} --bucket bundles --prefix mine --owner-akid ${cloud.accessKey} --owner-sak ${cloud.secretKey}`
    assert.equal(made.BundleTask.BundleId, instance.replace('i-', 'bun-'))
    await until(async () => (await state()) === 'complete')
    const registered =
      await aws.json`ec2 register-image --name two --image-location bundles/mine.manifest.xml --virtualization-type hvm`
    const second = await run(registered.ImageId)
    const file = await open(disk(second))
    const { buffer: bytes } = await file.read(Buffer.alloc(20), 0, 20, 20_000)
    await file.close()
    assert.equal(bytes.toString(), 'written by the guest')
  })

  it('boto3, with a policy of its user', async () => {
    const told = await python(
      'boto3',
      `
import base64, datetime, hashlib, hmac, json, os, boto3
from botocore.exceptions import ClientError

ec2 = boto3.client('ec2', endpoint_url=os.environ['CLOUD'])
key, secret = os.environ['AWS_ACCESS_KEY_ID'], os.environ['AWS_SECRET_ACCESS_KEY']
until = datetime.datetime.utcnow() + datetime.timedelta(hours=1)
policy = json.dumps({
    'expiration': until.strftime('%Y-%m-%dT%H:%M:%SZ'),
    'conditions': [{'bucket': 'botos'}, {'acl': 'ec2-bundle-read'}, ['starts-with', '$key', 'mine']]}).encode()

def bundle(prefix, signature):
    return ec2.bundle_instance(InstanceId=os.environ['INSTANCE'], Storage={'S3': {
        'AWSAccessKeyId': key, 'Bucket': 'botos', 'Prefix': prefix,
        'UploadPolicy': policy, 'UploadPolicySignature': signature}})['BundleTask']

def code(call, *args):
    try:
        return call(*args)
    except ClientError as error:
        return error.response['Error']['Code']

def wait():
    while True:
        [task] = ec2.describe_bundle_tasks()['BundleTasks']
        if task['State'] in ('complete', 'failed', 'cancelled'):
            return task

signature = base64.b64encode(hmac.new(secret.encode(), base64.b64encode(policy), hashlib.sha1).digest()).decode()
wrong = [code(bundle, 'mine', 'x'), code(bundle, 'yours', signature)]
bundle('mine', signature)
done = wait()
again = code(bundle, 'mine', signature)
task = bundle('mine2', signature)['BundleId']
cancelling = ec2.cancel_bundle_task(BundleId=task)['BundleTask']['State']
print(json.dumps({'wrong': wrong, 'done': [done['State'], done['Progress'], done['Storage']['S3']], 'again': again,
                  'cancelling': cancelling, 'end': wait()['State'],
                  'filtered': len(ec2.describe_bundle_tasks(Filters=[{'Name': 'state', 'Values': ['complete']}])['BundleTasks'])}))
`,
      { env: { ...cloud.env, CLOUD: cloud.endpoint, INSTANCE: instance }, cwd: cloud.work },
    )
    assert.deepEqual(told, {
      wrong: ['InvalidParameterValue', 'InvalidParameterValue'],
      done: ['complete', '100%', { Bucket: 'botos', Prefix: 'mine' }],
      again: 'InvalidParameterValue',
      ...{ cancelling: 'cancelling', end: 'cancelled', filtered: 0 },
    })
  })
})
