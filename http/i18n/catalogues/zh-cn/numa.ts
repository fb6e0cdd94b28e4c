import type { NumaMessage } from '../../messages/numa.ts';

export const numa: Readonly<Record<NumaMessage, string>> = {
  "Image property '{name}' is not permitted to override NUMA configuration set against the flavor":
    "不允许用镜像属性 '{name}' 覆盖实例类型的 NUMA 配置",
  "The property 'numa_nodes' cannot be '{nodes}'. It must be a number greater than 0":
    "属性 'numa_nodes' 不能为 '{nodes}'，必须是大于 0 的数字",
  'Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes. Explicit assignment of CPUs and memory to nodes is required':
    '无法在实例的 NUMA 节点之间平均分配 CPU 或内存。必须明确地为各节点分配 CPU 和内存',
  'CPU and memory allocation must be provided for all NUMA nodes': '必须为所有 NUMA 节点提供 CPU 和内存分配',
  'CPU number {cpu} is larger than max {max}': 'CPU 编号 {cpu} 大于最大值 {max}',
  'CPU number {cpu} is assigned to two nodes': 'CPU 编号 {cpu} 被分配给了两个节点',
  'CPU number {cpus} is not assigned to any node': 'CPU 编号 {cpus} 未分配给任何节点',
  '{given} MB of memory assigned, but expected {expected} MB': '已分配 {given} MB 内存，但应为 {expected} MB',
  "Invalid memory page size '{size}'": "内存页大小 '{size}' 无效",
  "Page size {size} forbidden against '{against}'": "页大小 {size} 与 '{against}' 冲突，不允许使用",
  "{what} requested from {source}, '{given}', is invalid, must be one of {words}":
    "{source} 请求的 {what} '{given}' 无效，必须是 {words} 之一",
  "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor":
    "不允许用镜像属性 'hw_cpu_policy' 覆盖实例类型的 CPU 绑定策略",
  "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning policy set against the flavor":
    "不允许用镜像属性 'hw_cpu_thread_policy' 覆盖实例类型的 CPU 线程绑定策略",
  'Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy':
    '不能在非专用 CPU 绑定策略中设置 CPU 线程绑定策略',
  "CPU emulator threads option requested is invalid, given: '{given}', available: 'isolate, share'.":
    "请求的 CPU 模拟器线程选项 '{given}' 无效，可用：'isolate, share'。",
  'An isolated CPU emulator threads option requires a dedicated CPU policy option.':
    '隔离的 CPU 模拟器线程选项需要专用 CPU 策略选项。',
  'Cannot set realtime policy in a non dedicated cpu pinning policy': '不能在非专用 CPU 绑定策略中设置实时策略',
  'Use of realtime CPUs requires either one or more non-realtime CPU(s) or offloaded emulator threads.':
    '使用实时 CPU 需要一个或多个非实时 CPU，或分离的模拟器线程。',
  'Realtime policy vCPU(s) mask is configured with RT vCPUs that are not a subset of the vCPUs in the flavor. See hw:cpu_realtime_mask or hw_cpu_realtime_mask':
    '实时 vCPU 掩码包含实例类型中没有的 vCPU。请参阅 hw:cpu_realtime_mask 或 hw_cpu_realtime_mask',
  "Dedicated CPU set can't be specified without the 'mixed' CPU policy.":
    "没有 'mixed' CPU 策略时不能指定专用 CPU 集合。",
  "Dedicated CPU set can be specified from either 'hw:cpu_dedicated_mask' or 'hw:cpu_realtime_mask' when using 'mixed' CPU policy. 'hw:cpu_dedicated_mask' and 'hw:cpu_realtime_mask' can not be specified at the same time, or be specified with none of them.":
    "使用 'mixed' CPU 策略时，必须用 'hw:cpu_dedicated_mask' 或 'hw:cpu_realtime_mask' 之一指定专用 CPU 集合，不能同时指定，也不能都不指定。",
  "Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU. See 'hw:cpu_dedicated_mask'.":
    "混合实例必须至少有 1 个绑定的 vCPU 和 1 个未绑定的 vCPU。请参阅 'hw:cpu_dedicated_mask'。",
  'Mixed instance dedicated vCPU(s) mask is not a subset of vCPUs in the flavor. See "hw:cpu_dedicated_mask"':
    '混合实例的专用 vCPU 掩码包含实例类型中没有的 vCPU。请参阅 "hw:cpu_dedicated_mask"',
  "It is not possible to use the 'resources:VCPU' or 'resources:PCPU' extra specs in combination with the 'hw:cpu_policy' extra spec or 'hw_cpu_policy' image metadata property; use one or the other":
    "不能将额外规格 'resources:VCPU' 或 'resources:PCPU' 与额外规格 'hw:cpu_policy' 或镜像属性 'hw_cpu_policy' 一起使用；请只用其中之一",
  "It is not possible to specify both 'resources:VCPU' and 'resources:PCPU' extra specs; use one or the other":
    "不能同时指定额外规格 'resources:VCPU' 和 'resources:PCPU'；请只用其中之一",
  "You have requested 'hw:emulator_threads_policy=isolate' but have not requested sufficient PCPUs to handle this policy; you must allocate exactly flavor.vcpus + 1 PCPUs.":
    "已请求 'hw:emulator_threads_policy=isolate'，但请求的 PCPU 不足；必须正好分配 flavor.vcpus + 1 个 PCPU。",
  "There is a mismatch between the number of PCPUs requested via 'resourcesNN:PCPU' and the flavor); you must allocate exactly flavor.vcpus PCPUs":
    "通过 'resourcesNN:PCPU' 请求的 PCPU 数量与实例类型不匹配；必须正好分配 flavor.vcpus 个 PCPU",
  "It is not possible to use the 'trait:HW_CPU_HYPERTHREADING' extra spec in combination with the 'hw:cpu_thread_policy' extra spec or 'hw_cpu_thread_policy' image metadata property; use one or the other":
    "不能将额外规格 'trait:HW_CPU_HYPERTHREADING' 与额外规格 'hw:cpu_thread_policy' 或镜像属性 'hw_cpu_thread_policy' 一起使用；请只用其中之一",
  "Image property 'hw_pci_numa_affinity_policy' is not permitted to override the 'hw:pci_numa_affinity_policy' flavor extra spec.":
    "不允许用镜像属性 'hw_pci_numa_affinity_policy' 覆盖实例类型的额外规格 'hw:pci_numa_affinity_policy'。",
  'PCI alias {alias} is not defined': '未定义 PCI 别名 {alias}',
  'Invalid PCI alias definition: {alias}': 'PCI 别名的写法无效：{alias}',
  'Invalid PCI NUMA affinity configured: {policy}': 'PCI NUMA 亲和性配置无效：{policy}',
  "Flavor and image contradict each other: {name} is '{flavor}', {property} is '{image}'":
    "规格与镜像相互矛盾：{name} 为 '{flavor}'，{property} 为 '{image}'",
  "Memory encryption needs an image with 'hw_firmware_type' set to 'uefi'":
    "内存加密要求镜像的 'hw_firmware_type' 为 'uefi'",
  "Memory encryption needs the machine type q35, not '{type}'": "内存加密要求机器类型 q35，而不是 '{type}'",
  "There is no memory encryption '{model}'": "没有名为 '{model}' 的内存加密方式",
  "An instance's NUMA topology cannot be changed as part of a rebuild. The image provided is invalid for this instance.":
    '重建时不能更改实例的 NUMA 拓扑。提供的镜像对此实例无效。',
};
