import type { NumaMessage } from '../../messages/numa.ts';

export const numa: Readonly<Record<NumaMessage, string>> = {
  "Image property '{name}' is not permitted to override NUMA configuration set against the flavor":
    "イメージプロパティー '{name}' でフレーバーの NUMA 設定を上書きすることはできません",
  "The property 'numa_nodes' cannot be '{nodes}'. It must be a number greater than 0":
    "プロパティー 'numa_nodes' を '{nodes}' にすることはできません。0 より大きい数値でなければなりません",
  'Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes. Explicit assignment of CPUs and memory to nodes is required':
    'インスタンスの CPU またはメモリーを NUMA ノードに均等に分配できません。CPU とメモリーをノードに明示的に割り当てる必要があります',
  'CPU and memory allocation must be provided for all NUMA nodes':
    'CPU とメモリーの割り当ては、すべての NUMA ノードについて指定する必要があります',
  'CPU number {cpu} is larger than max {max}': 'CPU 番号 {cpu} が最大値 {max} を超えています',
  'CPU number {cpu} is assigned to two nodes': 'CPU 番号 {cpu} が 2 つのノードに割り当てられています',
  'CPU number {cpus} is not assigned to any node': 'CPU 番号 {cpus} がどのノードにも割り当てられていません',
  '{given} MB of memory assigned, but expected {expected} MB':
    '{given} MB のメモリーが割り当てられましたが、{expected} MB が必要です',
  "Invalid memory page size '{size}'": "メモリーページサイズ '{size}' は無効です",
  "Page size {size} forbidden against '{against}'": "ページサイズ {size} は '{against}' に対して禁止されています",
  "{what} requested from {source}, '{given}', is invalid, must be one of {words}":
    "{source} で要求された {what} '{given}' は無効です。{words} のいずれかでなければなりません",
  "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor":
    "イメージプロパティー 'hw_cpu_policy' でフレーバーの CPU 固定ポリシーを上書きすることはできません",
  "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning policy set against the flavor":
    "イメージプロパティー 'hw_cpu_thread_policy' でフレーバーの CPU スレッド固定ポリシーを上書きすることはできません",
  'Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy':
    '専有でない CPU 固定ポリシーに CPU スレッド固定ポリシーを設定することはできません',
  "CPU emulator threads option requested is invalid, given: '{given}', available: 'isolate, share'.":
    "要求された CPU エミュレータースレッドのオプション '{given}' は無効です。使用可能: 'isolate, share'。",
  'An isolated CPU emulator threads option requires a dedicated CPU policy option.':
    'CPU エミュレータースレッドの分離オプションには、専有 CPU ポリシーが必要です。',
  'Cannot set realtime policy in a non dedicated cpu pinning policy':
    '専有でない CPU 固定ポリシーにリアルタイムポリシーを設定することはできません',
  'Use of realtime CPUs requires either one or more non-realtime CPU(s) or offloaded emulator threads.':
    'リアルタイム CPU を使用するには、1 つ以上の非リアルタイム CPU か、オフロードされたエミュレータースレッドが必要です。',
  'Realtime policy vCPU(s) mask is configured with RT vCPUs that are not a subset of the vCPUs in the flavor. See hw:cpu_realtime_mask or hw_cpu_realtime_mask':
    'リアルタイム vCPU のマスクに、フレーバーにない vCPU が含まれています。hw:cpu_realtime_mask または hw_cpu_realtime_mask を参照してください',
  "Dedicated CPU set can't be specified without the 'mixed' CPU policy.":
    "専有 CPU セットは、CPU ポリシー 'mixed' なしでは指定できません。",
  "Dedicated CPU set can be specified from either 'hw:cpu_dedicated_mask' or 'hw:cpu_realtime_mask' when using 'mixed' CPU policy. 'hw:cpu_dedicated_mask' and 'hw:cpu_realtime_mask' can not be specified at the same time, or be specified with none of them.":
    "CPU ポリシー 'mixed' を使用する場合、専有 CPU セットは 'hw:cpu_dedicated_mask' または 'hw:cpu_realtime_mask' のどちらか一方で指定する必要があります。",
  "Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU. See 'hw:cpu_dedicated_mask'.":
    "混合インスタンスには、固定された vCPU と固定されていない vCPU がそれぞれ 1 つ以上必要です。'hw:cpu_dedicated_mask' を参照してください。",
  'Mixed instance dedicated vCPU(s) mask is not a subset of vCPUs in the flavor. See "hw:cpu_dedicated_mask"':
    '混合インスタンスの専有 vCPU マスクに、フレーバーにない vCPU が含まれています。"hw:cpu_dedicated_mask" を参照してください',
  "It is not possible to use the 'resources:VCPU' or 'resources:PCPU' extra specs in combination with the 'hw:cpu_policy' extra spec or 'hw_cpu_policy' image metadata property; use one or the other":
    "追加スペック 'resources:VCPU' または 'resources:PCPU' は、追加スペック 'hw:cpu_policy' やイメージプロパティー 'hw_cpu_policy' と併用できません。どちらか一方を使用してください",
  "It is not possible to specify both 'resources:VCPU' and 'resources:PCPU' extra specs; use one or the other":
    "追加スペック 'resources:VCPU' と 'resources:PCPU' の両方を指定することはできません。どちらか一方を使用してください",
  "You have requested 'hw:emulator_threads_policy=isolate' but have not requested sufficient PCPUs to handle this policy; you must allocate exactly flavor.vcpus + 1 PCPUs.":
    "'hw:emulator_threads_policy=isolate' が要求されましたが、PCPU が足りません。flavor.vcpus + 1 個の PCPU を割り当てる必要があります。",
  "There is a mismatch between the number of PCPUs requested via 'resourcesNN:PCPU' and the flavor); you must allocate exactly flavor.vcpus PCPUs":
    "'resourcesNN:PCPU' で要求された PCPU の数がフレーバーと一致しません。flavor.vcpus 個の PCPU を割り当てる必要があります",
  "It is not possible to use the 'trait:HW_CPU_HYPERTHREADING' extra spec in combination with the 'hw:cpu_thread_policy' extra spec or 'hw_cpu_thread_policy' image metadata property; use one or the other":
    "追加スペック 'trait:HW_CPU_HYPERTHREADING' は、追加スペック 'hw:cpu_thread_policy' やイメージプロパティー 'hw_cpu_thread_policy' と併用できません。どちらか一方を使用してください",
  "Image property 'hw_pci_numa_affinity_policy' is not permitted to override the 'hw:pci_numa_affinity_policy' flavor extra spec.":
    "イメージプロパティー 'hw_pci_numa_affinity_policy' でフレーバーの追加スペック 'hw:pci_numa_affinity_policy' を上書きすることはできません。",
  'PCI alias {alias} is not defined': 'PCI エイリアス {alias} は定義されていません',
  'Invalid PCI alias definition: {alias}': 'PCI エイリアスの指定が無効です: {alias}',
  'Invalid PCI NUMA affinity configured: {policy}': 'PCI の NUMA アフィニティーの設定が無効です: {policy}',
  "Flavor and image contradict each other: {name} is '{flavor}', {property} is '{image}'":
    "フレーバーとイメージが矛盾しています: {name} は '{flavor}'、{property} は '{image}' です",
  "Memory encryption needs an image with 'hw_firmware_type' set to 'uefi'":
    "メモリーの暗号化には 'hw_firmware_type' が 'uefi' のイメージが必要です",
  "Memory encryption needs the machine type q35, not '{type}'":
    "メモリーの暗号化にはマシンタイプ q35 が必要です。'{type}' は使えません",
  "There is no memory encryption '{model}'": "メモリーの暗号化 '{model}' はありません",
  "An instance's NUMA topology cannot be changed as part of a rebuild. The image provided is invalid for this instance.":
    '再構築の一環としてインスタンスの NUMA トポロジーを変更することはできません。指定されたイメージはこのインスタンスでは無効です。',
};
