// SPDX-License-Identifier: BSD-2-Clause
import assert from 'node:assert/strict'
import { encodeForm, writeForm } from '../../src/clients/form-writer'
import { readEc2 } from '../../src/engine/wire/ec2'
import { readForm } from '../../src/engine/wire/form'
import { ImportInstanceWithKey$ } from '../../src/schemas/extended-operations'
import { inputOf } from '../../src/schemas/shapes'

const specificationOf = (form: string): unknown =>
  readEc2(ImportInstanceWithKey$, readForm(`Platform=Linux&${form}`)).LaunchSpecification

describe('ImportInstance', () => {
  it('is written as euca-import-instance sends it, and read back', () => {
    const input = {
      Platform: 'Linux',
      LaunchSpecification: {
        KeyName: 'mine',
        MonitoringSetting: { Enabled: false },
        UserDataText: 'QQ==',
        GroupNames: ['default'],
      },
    }
    const parameters = writeForm(inputOf(ImportInstanceWithKey$), input, 'ec2')
    assert.deepEqual(Object.fromEntries(parameters), {
      Platform: 'Linux',
      'LaunchSpecification.KeyName': 'mine',
      'LaunchSpecification.Monitoring.Enabled': 'false',
      'LaunchSpecification.UserData': 'QQ==',
      'LaunchSpecification.GroupName.1': 'default',
    })
    const form = encodeForm(parameters)
    assert.deepEqual(readEc2(ImportInstanceWithKey$, readForm(form)), input)
  })

  it('is read as AWS has it', () => {
    assert.deepEqual(
      specificationOf('LaunchSpecification.Monitoring=true&LaunchSpecification.UserData.Data=QQ%3D%3D'),
      { Monitoring: true, UserData: { Data: 'QQ==' } },
    )
  })

  it('has no parameters that nobody sends', () => {
    assert.throws(
      () => specificationOf('LaunchSpecification.MonitoringSetting.Enabled=true'),
      /Failed to bind/,
    )
    assert.throws(() => specificationOf('LaunchSpecification.UserDataText=QQ'), /Failed to bind/)
  })
})
