import type { NumaMessage } from '../../messages/numa.ts';

export const numa: Readonly<Record<NumaMessage, string>> = {
  "Image property '{name}' is not permitted to override NUMA configuration set against the flavor":
    "Die Abbildeigenschaft '{name}' darf die NUMA-Konfiguration der Variante nicht überschreiben",
  "The property 'numa_nodes' cannot be '{nodes}'. It must be a number greater than 0":
    "Die Eigenschaft 'numa_nodes' darf nicht '{nodes}' sein. Sie muss eine Zahl größer als 0 sein",
  'Instance CPUs and/or memory cannot be evenly distributed across instance NUMA nodes. Explicit assignment of CPUs and memory to nodes is required':
    'CPUs oder Arbeitsspeicher der Instanz lassen sich nicht gleichmäßig auf ihre NUMA-Knoten verteilen. CPUs und Arbeitsspeicher müssen den Knoten ausdrücklich zugewiesen werden',
  'CPU and memory allocation must be provided for all NUMA nodes':
    'CPUs und Arbeitsspeicher müssen für alle NUMA-Knoten angegeben werden',
  'CPU number {cpu} is larger than max {max}': 'Die CPU-Nummer {cpu} ist größer als das Maximum {max}',
  'CPU number {cpu} is assigned to two nodes': 'Die CPU-Nummer {cpu} ist zwei Knoten zugewiesen',
  'CPU number {cpus} is not assigned to any node': 'Die CPU-Nummer {cpus} ist keinem Knoten zugewiesen',
  '{given} MB of memory assigned, but expected {expected} MB':
    '{given} MB Arbeitsspeicher zugewiesen, aber {expected} MB erwartet',
  "Invalid memory page size '{size}'": "Ungültige Speicherseitengröße '{size}'",
  "Page size {size} forbidden against '{against}'": "Die Seitengröße {size} ist gegenüber '{against}' nicht erlaubt",
  "{what} requested from {source}, '{given}', is invalid, must be one of {words}":
    "{what} aus {source}, '{given}', ist ungültig und muss eines von {words} sein",
  "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set against the flavor":
    "Die Abbildeigenschaft 'hw_cpu_policy' darf die Richtlinie der Variante für feste CPUs nicht überschreiben",
  "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning policy set against the flavor":
    "Die Abbildeigenschaft 'hw_cpu_thread_policy' darf die Richtlinie der Variante für CPU-Threads nicht überschreiben",
  'Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy':
    'Eine Richtlinie für CPU-Threads kann nur mit eigenen CPUs gesetzt werden',
  "CPU emulator threads option requested is invalid, given: '{given}', available: 'isolate, share'.":
    "Die Angabe '{given}' für Emulator-Threads ist ungültig; möglich sind: 'isolate, share'.",
  'An isolated CPU emulator threads option requires a dedicated CPU policy option.':
    'Eine eigene CPU für Emulator-Threads gibt es nur mit eigenen CPUs.',
  'Cannot set realtime policy in a non dedicated cpu pinning policy':
    'Echtzeit kann nur mit eigenen CPUs gesetzt werden',
  'Use of realtime CPUs requires either one or more non-realtime CPU(s) or offloaded emulator threads.':
    'Echtzeit-CPUs brauchen mindestens eine CPU ohne Echtzeit oder ausgelagerte Emulator-Threads.',
  'Realtime policy vCPU(s) mask is configured with RT vCPUs that are not a subset of the vCPUs in the flavor. See hw:cpu_realtime_mask or hw_cpu_realtime_mask':
    'Die Maske der Echtzeit-vCPUs nennt vCPUs, die die Variante nicht hat. Siehe hw:cpu_realtime_mask oder hw_cpu_realtime_mask',
  "Dedicated CPU set can't be specified without the 'mixed' CPU policy.":
    "Eigene CPUs können nur mit der CPU-Richtlinie 'mixed' einzeln angegeben werden.",
  "Dedicated CPU set can be specified from either 'hw:cpu_dedicated_mask' or 'hw:cpu_realtime_mask' when using 'mixed' CPU policy. 'hw:cpu_dedicated_mask' and 'hw:cpu_realtime_mask' can not be specified at the same time, or be specified with none of them.":
    "Mit der CPU-Richtlinie 'mixed' werden eigene CPUs durch 'hw:cpu_dedicated_mask' oder 'hw:cpu_realtime_mask' angegeben: durch genau eines von beiden.",
  "Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU. See 'hw:cpu_dedicated_mask'.":
    "Eine gemischte Instanz braucht mindestens eine feste und eine nicht feste vCPU. Siehe 'hw:cpu_dedicated_mask'.",
  'Mixed instance dedicated vCPU(s) mask is not a subset of vCPUs in the flavor. See "hw:cpu_dedicated_mask"':
    'Die Maske der eigenen vCPUs einer gemischten Instanz nennt vCPUs, die die Variante nicht hat. Siehe "hw:cpu_dedicated_mask"',
  "It is not possible to use the 'resources:VCPU' or 'resources:PCPU' extra specs in combination with the 'hw:cpu_policy' extra spec or 'hw_cpu_policy' image metadata property; use one or the other":
    "Die Zusatzangaben 'resources:VCPU' und 'resources:PCPU' gehen nicht zusammen mit der Zusatzangabe 'hw:cpu_policy' oder der Abbildeigenschaft 'hw_cpu_policy'; nur eines von beiden",
  "It is not possible to specify both 'resources:VCPU' and 'resources:PCPU' extra specs; use one or the other":
    "Die Zusatzangaben 'resources:VCPU' und 'resources:PCPU' gehen nicht zusammen; nur eines von beiden",
  "You have requested 'hw:emulator_threads_policy=isolate' but have not requested sufficient PCPUs to handle this policy; you must allocate exactly flavor.vcpus + 1 PCPUs.":
    "Für 'hw:emulator_threads_policy=isolate' sind nicht genügend PCPUs angefordert; es müssen genau flavor.vcpus + 1 PCPUs sein.",
  "There is a mismatch between the number of PCPUs requested via 'resourcesNN:PCPU' and the flavor); you must allocate exactly flavor.vcpus PCPUs":
    "Die Zahl der PCPUs in 'resourcesNN:PCPU' passt nicht zur Variante; es müssen genau flavor.vcpus PCPUs sein",
  "It is not possible to use the 'trait:HW_CPU_HYPERTHREADING' extra spec in combination with the 'hw:cpu_thread_policy' extra spec or 'hw_cpu_thread_policy' image metadata property; use one or the other":
    "Die Zusatzangabe 'trait:HW_CPU_HYPERTHREADING' geht nicht zusammen mit der Zusatzangabe 'hw:cpu_thread_policy' oder der Abbildeigenschaft 'hw_cpu_thread_policy'; nur eines von beiden",
  "Image property 'hw_pci_numa_affinity_policy' is not permitted to override the 'hw:pci_numa_affinity_policy' flavor extra spec.":
    "Die Abbildeigenschaft 'hw_pci_numa_affinity_policy' darf die Zusatzangabe 'hw:pci_numa_affinity_policy' der Variante nicht überschreiben.",
  'PCI alias {alias} is not defined': 'Der PCI-Alias {alias} ist nicht definiert',
  'Invalid PCI alias definition: {alias}': 'Ungültige Angabe eines PCI-Alias: {alias}',
  'Invalid PCI NUMA affinity configured: {policy}': 'Ungültige NUMA-Nähe für PCI-Geräte: {policy}',
  "Flavor and image contradict each other: {name} is '{flavor}', {property} is '{image}'":
    "Flavor und Abbild widersprechen sich: {name} ist '{flavor}', {property} ist '{image}'",
  "Memory encryption needs an image with 'hw_firmware_type' set to 'uefi'":
    "Speicherverschlüsselung braucht ein Abbild, dessen 'hw_firmware_type' 'uefi' ist",
  "Memory encryption needs the machine type q35, not '{type}'":
    "Speicherverschlüsselung braucht den Maschinentyp q35, nicht '{type}'",
  "There is no memory encryption '{model}'": "Eine Speicherverschlüsselung '{model}' gibt es nicht",
  "An instance's NUMA topology cannot be changed as part of a rebuild. The image provided is invalid for this instance.":
    'Die NUMA-Topologie einer Instanz lässt sich beim Neuaufbau nicht ändern. Das angegebene Abbild ist für diese Instanz ungültig.',
};
