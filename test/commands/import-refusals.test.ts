// SPDX-License-Identifier: BSD-2-Clause
// What the tools of imports refuse before they ask anything.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ImportService, importService } from './import-service'

const importRaw = 'euca-import-volume -f raw -z PARTI00'

describe('Import tools', () => {
  let service: ImportService
  before(async () => {
    service = await importService()
    writeFileSync(join(service.cwd, 'disk.img'), 'not empty')
    writeFileSync(join(service.cwd, 'empty.img'), '')
  })
  after(() => service.close())

  const outcomeOf = async (typed: string) => {
    const { status, stdout, stderr } = await service.tool(typed)
    return { status, stdout, stderr }
  }
  const fails = async (typed: string, status: number, message: string): Promise<void> => {
    const outcome = await service.tool(typed)
    assert.equal(outcome.stderr.split('\n').at(-2), `${typed.split(' ')[0]}: error: ${message}`)
    assert.deepEqual([outcome.stdout, outcome.status], ['', status])
    assert.deepEqual([service.compute.requests, service.asked], [[], []])
  }
  const refused = (typed: string, message: string): Promise<void> => fails(typed, 2, message)

  it('that are misused never reach a service', async () => {
    const start = `${importRaw} -b imports`
    await refused(`euca-import-volume -z z -b imports disk.img`, 'argument -f/--format is required')
    await refused(
      `euca-import-volume -f raw -b imports disk.img`,
      'argument -z/--availability-zone is required',
    )
    await refused(start, 'too few arguments')
    await refused(`${importRaw} disk.img`, 'one of the arguments -b/--bucket --manifest-url is required')
    await refused(
      `${start} --manifest-url http://h/b/k disk.img`,
      'argument --manifest-url: not allowed with argument -b/--bucket',
    )
    await refused(`${start} -x -1 disk.img`, 'argument -x/--expires: value must be positive')
    await refused(`${start} -x 99999 disk.img`, 'argument -x/--expires: value must be at most 36525')
    await refused(`${start} -x many disk.img`, "argument -x/--expires: invalid int value: 'many'")
    await refused(`${start} -s big disk.img`, "argument -s/--volume-size: invalid int value: 'big'")
    await refused(`${start} --image-size 5q disk.img`, "argument --image-size: invalid filesize value: '5q'")
    await refused(`${start} -o AKI disk.img`, 'argument -o/--owner-akid: -w/--owner-sak is required as well')
    await refused(`${start} -w S disk.img`, 'argument -w/--owner-sak: -o/--owner-akid is required as well')
    await refused(`${start} empty.img`, "file 'empty.img' is empty")
    await refused(`${start} --image-size 5 empty.img`, "file 'empty.img' is empty")
    await refused(
      'euca-import-volume -f vhd -z z -b imports disk.img',
      'argument --image-size is required for VHD files',
    )
    await refused(
      'euca-import-instance -t m1.small -f raw -a x86_64 -p BSD -b imports disk.img',
      "argument -p/--platform: invalid choice: 'BSD' (choose from 'Windows', 'Linux')",
    )
    await refused(
      'euca-import-instance -f raw -a x86_64 -p Linux -b imports disk.img',
      'argument -t/--instance-type is required',
    )
    await refused('euca-resume-import disk.img', 'argument -t/--task is required')
    await refused('euca-resume-import -t import-vol-1 empty.img', "file 'empty.img' is empty")
    for (const size of [0, 5121])
      await refused(
        `euca-resume-import -t import-vol-1 --part-size ${size} disk.img`,
        'argument --part-size: value must be between 1 and 5120',
      )
    await refused('euca-delete-disk-image', 'one of the arguments -t/--task -u/--manifest-url is required')
    await refused(
      'euca-delete-disk-image -u http://h/b/k --ignore-active-task',
      'argument --ignore-active-task: only allowed with argument -t/--task',
    )
    await fails(`${start} missing.img`, 1, 'No such file or directory: missing.img')
    await fails(`${start} .`, 1, '. is a directory; an image must be a regular file or a block device')
  })

  it('do nothing at all when they are told so', async () => {
    for (const typed of [
      `${importRaw} -b imports --dry-run disk.img`,
      'euca-import-instance -t m1.small -f raw -a x86_64 -p Linux -b imports --dry-run disk.img',
      'euca-resume-import -t import-vol-1 --dry-run disk.img',
    ])
      assert.deepEqual(await outcomeOf(typed), { status: 0, stdout: '', stderr: '' })
    assert.deepEqual([service.compute.requests, service.asked], [[], []])
  })
})
