/** What processors can do, by Linux's names (arch/x86/include/asm/cpufeatures.h), and the traits that mean it (os-traits, hw/cpu/x86). */
const X86: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    '3dnow': ['3DNOW'],
    abm: ['ABM'],
    aes: ['AESNI'],
    amx_bf16: ['AMXBF16'],
    amx_int8: ['AMXINT8'],
    amx_tile: ['AMXTILE'],
    avx: ['AVX'],
    avx2: ['AVX2'],
    avx512_bitalg: ['AVX512BITALG'],
    avx512_vbmi2: ['AVX512VBMI2'],
    avx512_vnni: ['AVX512VNNI'],
    avx512_vpopcntdq: ['AVX512VPOPCNTDQ'],
    avx512bw: ['AVX512BW'],
    avx512cd: ['AVX512CD'],
    avx512dq: ['AVX512DQ'],
    avx512er: ['AVX512ER'],
    avx512f: ['AVX512F'],
    avx512ifma: ['AVX512IFMA'],
    avx512pf: ['AVX512PF'],
    avx512vbmi: ['AVX512VBMI'],
    avx512vl: ['AVX512VL'],
    bmi1: ['BMI'],
    bmi2: ['BMI2'],
    f16c: ['F16C'],
    fma: ['FMA3'],
    fma4: ['FMA4'],
    mmx: ['MMX'],
    mpx: ['MPX'],
    pclmulqdq: ['CLMUL'],
    pdpe1gb: ['PDPE1GB'],
    pni: ['SSE3'],
    rtm: ['TSX'],
    sha_ni: ['SHA'],
    sse: ['SSE'],
    sse2: ['SSE2'],
    sse4_1: ['SSE41'],
    sse4_2: ['SSE42'],
    sse4a: ['SSE4A'],
    ssse3: ['SSSE3'],
    svm: ['SVM', 'AMD_SVM'],
    tbm: ['TBM'],
    vmx: ['VMX', 'INTEL_VMX'],
    xop: ['XOP'],
  }),
);

/** The traits of a host whose processors can do this. */
export const cpuTraits = (architecture: string, features: readonly string[]): readonly string[] =>
  architecture === 'x86_64'
    ? features.flatMap((feature) => (X86.get(feature) ?? []).map((name) => `HW_CPU_X86_${name}`))
    : [];
