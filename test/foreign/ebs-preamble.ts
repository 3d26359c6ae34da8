// SPDX-License-Identifier: BSD-2-Clause
/** What boto3 scripts about volumes begin with. They want the variables CLOUD (an endpoint) and CLOUD_HOME (its folder). */
export const preamble = `
import base64, glob, hashlib, json, os, sys, uuid
import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, home = os.environ['CLOUD'], os.environ['CLOUD_HOME']

def client(name, **config):
    return boto3.client(name, endpoint_url=endpoint, config=Config(**config))

ec2 = client('ec2')
zone = 'PARTI00'

def wait(name, **more):
    ec2.get_waiter(name).wait(WaiterConfig={'Delay': 1, 'MaxAttempts': 30}, **more)

def code(call, **more):
    try:
        call(**more)
    except ClientError as error:
        return error.response['Error']['Code']
    return 'not refused'

def device(instance, name):
    found = glob.glob('%s/nodes/*/work/*/%s/dev/%s' % (home, instance, name))
    return found[0] if found else None

def write(path, position, data):
    with open(path, 'r+b') as disk:
        disk.seek(position)
        disk.write(data)

def read(path, position, count):
    with open(path, 'rb') as disk:
        disk.seek(position)
        return disk.read(count).decode()

def new_volume(size, content):
    volume = ec2.create_volume(Size=size, AvailabilityZone=zone)['VolumeId']
    wait('volume_available', VolumeIds=[volume])
    write('%s/volumes/%s.raw' % (home, volume), 0, content)
    return volume

def new_snapshot(volume, **more):
    snapshot = ec2.create_snapshot(VolumeId=volume, **more)['SnapshotId']
    wait('snapshot_completed', SnapshotIds=[snapshot])
    return snapshot

def run(image, **more):
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, **more)['Instances'][0]['InstanceId']
    wait('instance_running', InstanceIds=[instance])
    return instance

def describe(instance):
    return ec2.describe_instances(InstanceIds=[instance])['Reservations'][0]['Instances'][0]

def volumes(instance):
    return {m['DeviceName']: m['Ebs']['VolumeId'] for m in describe(instance)['BlockDeviceMappings']}

def terminate(instance):
    ec2.terminate_instances(InstanceIds=[instance])
    wait('instance_terminated', InstanceIds=[instance])

def answer(**values):
    print(json.dumps(values))
`
