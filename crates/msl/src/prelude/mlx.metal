//! Names that every MLX kernel body may use; see mod.rs. Parsed once, as a header before the user's.

namespace metal {

// Votes: the mask of the lanes where a condition holds.
struct simd_vote {
  using vote_t = uint64_t;
  vote_t bits;
  constexpr simd_vote(vote_t mask) : bits(mask) {}
  constexpr operator vote_t() const { return bits; }
  bool all() const { return (~bits & __ember_simd_active()) == 0; }
  bool any() const { return bits != 0; }
};
inline simd_vote simd_ballot(bool x) { return simd_vote(__ember_simd_ballot(x)); }
inline simd_vote simd_active_threads_mask() { return simd_vote(__ember_simd_active()); }

struct quad_vote {
  using vote_t = uint;
  vote_t bits;
  constexpr quad_vote(vote_t mask) : bits(mask) {}
  constexpr operator vote_t() const { return bits; }
  bool all() const { return (~bits & uint(__ember_quad_active())) == 0; }
  bool any() const { return bits != 0; }
};
inline quad_vote quad_ballot(bool x) { return quad_vote(uint(__ember_quad_ballot(x))); }
inline quad_vote quad_active_threads_mask() { return quad_vote(uint(__ember_quad_active())); }

} // namespace metal

using namespace metal;

typedef half float16_t;
typedef bfloat bfloat16_t;

static constant constexpr int MAX_REDUCE_SPECIALIZED_DIMS = 4;
static constant constexpr int REDUCE_N_READS = 4;
static constant constexpr int REDUCE_N_WRITES = 4;
static constant constexpr int SOFTMAX_N_READS = 4;
static constant constexpr int RMS_N_READS = 4;
static constant constexpr int RMS_LOOPED_LIMIT = 4096;
static constant constexpr int CROSS_ENTROPY_N_READS = 4;

inline uint16_t bfloat16_to_uint16(bfloat16_t x) { return as_type<uint16_t>(x); }
inline bfloat16_t uint16_to_bfloat16(uint16_t x) { return as_type<bfloat16_t>(x); }

// Complex numbers. Operators are members where the left operand is complex, so that scalars on the right convert;
// a scalar on the left has templates of its own.
template <typename T>
struct complex_t {
  using value_type = T;

  T real;
  T imag;

  constexpr complex_t() : real(0), imag(0) {}
  constexpr complex_t(T re) : real(re), imag(0) {}
  constexpr complex_t(T re, T im) : real(re), imag(im) {}
  constexpr complex_t(vec<T, 2> v) : real(v.x), imag(v.y) {}
  template <typename U>
  constexpr complex_t(complex_t<U> z) : real(static_cast<T>(z.real)), imag(static_cast<T>(z.imag)) {}

  constexpr operator T() const { return real; }
  constexpr operator vec<T, 2>() const { return vec<T, 2>(real, imag); }

  constexpr complex_t<T> operator-() const { return complex_t<T>(-real, -imag); }
  constexpr complex_t<T> operator+(complex_t<T> b) const { return complex_t<T>(real + b.real, imag + b.imag); }
  constexpr complex_t<T> operator-(complex_t<T> b) const { return complex_t<T>(real - b.real, imag - b.imag); }
  constexpr complex_t<T> operator*(complex_t<T> b) const {
    return complex_t<T>(real * b.real - imag * b.imag, real * b.imag + imag * b.real);
  }
  // Smith's division: scaled by the larger component of the divisor.
  constexpr complex_t<T> operator/(complex_t<T> b) const {
    float x = real, y = imag, u = b.real, v = b.imag;
    if (abs(u) >= abs(v)) {
      float q = v / u;
      float d = u + v * q;
      return complex_t<T>(static_cast<T>((x + y * q) / d), static_cast<T>((y - x * q) / d));
    }
    float q = u / v;
    float d = v + u * q;
    return complex_t<T>(static_cast<T>((x * q + y) / d), static_cast<T>((y * q - x) / d));
  }
  // Floored remainder of each component.
  constexpr complex_t<T> operator%(complex_t<T> b) const {
    T re = real - b.real * static_cast<T>(static_cast<int64_t>(real / b.real));
    T im = imag - b.imag * static_cast<T>(static_cast<int64_t>(imag / b.imag));
    if (re != 0 && (re < 0) != (b.real < 0)) re += b.real;
    if (im != 0 && (im < 0) != (b.imag < 0)) im += b.imag;
    return complex_t<T>(re, im);
  }
  constexpr bool operator==(complex_t<T> b) const { return real == b.real && imag == b.imag; }
  constexpr bool operator!=(complex_t<T> b) const { return real != b.real || imag != b.imag; }
  constexpr bool operator>(complex_t<T> b) const { return real > b.real || (real == b.real && imag > b.imag); }
  constexpr bool operator>=(complex_t<T> b) const { return real > b.real || (real == b.real && imag >= b.imag); }
  constexpr bool operator<(complex_t<T> b) const { return b.real > real || (b.real == real && b.imag > imag); }
  constexpr bool operator<=(complex_t<T> b) const { return b.real > real || (b.real == real && b.imag >= imag); }
  void operator+=(complex_t<T> b) {
    real += b.real;
    imag += b.imag;
  }
};

using complex32_t = complex_t<half>;
using complex64_t = complex_t<float>;

template <typename T, typename U>
constexpr enable_if_t<is_arithmetic_v<U>, complex_t<T>> operator+(U a, complex_t<T> b) {
  return complex_t<T>(static_cast<T>(a) + b.real, b.imag);
}
template <typename T, typename U>
constexpr enable_if_t<is_arithmetic_v<U>, complex_t<T>> operator-(U a, complex_t<T> b) {
  return complex_t<T>(static_cast<T>(a) - b.real, -b.imag);
}
template <typename T, typename U>
constexpr enable_if_t<is_arithmetic_v<U>, complex_t<T>> operator*(U a, complex_t<T> b) {
  return complex_t<T>(static_cast<T>(a)) * b;
}
template <typename T, typename U>
constexpr enable_if_t<is_arithmetic_v<U>, complex_t<T>> operator/(U a, complex_t<T> b) {
  return complex_t<T>(static_cast<T>(a)) / b;
}

template <bool C, typename T, typename U>
struct ConditionalType {
  using type = conditional_t<C, T, U>;
};

template <typename U>
struct WorkPerThread {
  static_assert(sizeof(U) <= 8, "WorkPerThread is for types of at most 8 bytes");
  static constexpr constant int n = 8 / sizeof(U);
};

// Extreme values; those of floating-point types are infinite, `finite_max` and `finite_min` are not.
template <typename U>
struct Limits {
  static constexpr constant U max = numeric_limits<U>::max();
  static constexpr constant U min = numeric_limits<U>::min();
  static constexpr constant U finite_max = numeric_limits<U>::max();
  static constexpr constant U finite_min = numeric_limits<U>::min();
};
#define EMBER_LIMITS(T) \
  template <> \
  struct Limits<T> { \
    static constexpr constant T max = numeric_limits<T>::infinity(); \
    static constexpr constant T min = -numeric_limits<T>::infinity(); \
    static constexpr constant T finite_max = numeric_limits<T>::max(); \
    static constexpr constant T finite_min = -numeric_limits<T>::max(); \
  };
EMBER_LIMITS(float)
EMBER_LIMITS(half)
EMBER_LIMITS(bfloat)
#undef EMBER_LIMITS
template <typename T>
struct Limits<complex_t<T>> {
  static constexpr constant complex_t<T> max =
      complex_t<T>(numeric_limits<T>::infinity(), numeric_limits<T>::infinity());
  static constexpr constant complex_t<T> min =
      complex_t<T>(-numeric_limits<T>::infinity(), -numeric_limits<T>::infinity());
};

template <typename U, typename T>
inline U cast_to(T x) {
  return static_cast<U>(x);
}
template <>
inline bool cast_to<bool, complex64_t>(complex64_t x) {
  return x.real != 0 || x.imag != 0;
}

template <typename T, typename U>
inline T ceildiv(T N, U M) {
  return (N + M - 1) / M;
}

// The offset of element `elem` (row-major number, or x, y and the rest) of an array with these strides. The plain
// `uint3` function is chosen over the templates where no type argument is given.
template <typename IdxT = int64_t>
inline IdxT elem_to_loc(IdxT elem, constant const int* shape, constant const int64_t* strides, int ndim) {
  IdxT loc = 0;
  for (int i = ndim - 1; i >= 0 && elem > 0; --i) {
    loc += (elem % shape[i]) * IdxT(strides[i]);
    elem /= shape[i];
  }
  return loc;
}
template <typename IdxT>
inline IdxT elem_to_loc(uint3 elem, constant const int* shape, constant const int64_t* strides, int ndim) {
  IdxT loc = elem.x * IdxT(strides[ndim - 1]) + elem.y * IdxT(strides[ndim - 2]);
  for (int d = ndim - 3; d >= 0; --d) {
    loc += (elem.z % shape[d]) * IdxT(strides[d]);
    elem.z /= shape[d];
  }
  return loc;
}
inline int64_t elem_to_loc(uint3 elem, constant const int* shape, constant const int64_t* strides, int ndim) {
  return elem_to_loc<int64_t>(elem, shape, strides, ndim);
}

template <typename IdxT = int64_t>
inline IdxT elem_to_loc_1(uint elem, constant const int64_t& stride) {
  return elem * IdxT(stride);
}
template <typename IdxT = int64_t>
inline IdxT elem_to_loc_2(uint2 elem, constant const int64_t* strides) {
  return elem.x * IdxT(strides[1]) + elem.y * IdxT(strides[0]);
}
template <typename IdxT = int64_t>
inline IdxT elem_to_loc_3(uint3 elem, constant const int64_t* strides) {
  return elem.x * IdxT(strides[2]) + elem.y * IdxT(strides[1]) + elem.z * IdxT(strides[0]);
}

template <typename IdxT = int64_t>
inline vec<IdxT, 2> elem_to_loc_2_nd(
    uint3 elem,
    constant const int* shape,
    constant const int64_t* a_strides,
    constant const int64_t* b_strides,
    int ndim) {
  IdxT a = IdxT(elem.x) * IdxT(a_strides[ndim - 1]) + IdxT(elem.y) * IdxT(a_strides[ndim - 2]);
  IdxT b = IdxT(elem.x) * IdxT(b_strides[ndim - 1]) + IdxT(elem.y) * IdxT(b_strides[ndim - 2]);
  for (int d = ndim - 3; d >= 0; --d) {
    uint l = elem.z % shape[d];
    a += l * IdxT(a_strides[d]);
    b += l * IdxT(b_strides[d]);
    elem.z /= shape[d];
  }
  return vec<IdxT, 2>(a, b);
}
template <typename IdxT = int64_t>
inline vec<IdxT, 3> elem_to_loc_3_nd(
    uint3 elem,
    constant const int* shape,
    constant const int64_t* a_strides,
    constant const int64_t* b_strides,
    constant const int64_t* c_strides,
    int ndim) {
  IdxT a = IdxT(elem.x) * IdxT(a_strides[ndim - 1]) + IdxT(elem.y) * IdxT(a_strides[ndim - 2]);
  IdxT b = IdxT(elem.x) * IdxT(b_strides[ndim - 1]) + IdxT(elem.y) * IdxT(b_strides[ndim - 2]);
  IdxT c = IdxT(elem.x) * IdxT(c_strides[ndim - 1]) + IdxT(elem.y) * IdxT(c_strides[ndim - 2]);
  for (int d = ndim - 3; d >= 0; --d) {
    uint l = elem.z % shape[d];
    a += l * IdxT(a_strides[d]);
    b += l * IdxT(b_strides[d]);
    c += l * IdxT(c_strides[d]);
    elem.z /= shape[d];
  }
  return vec<IdxT, 3>(a, b, c);
}

// Walks an array in row-major order. DIM levels are followed by counting; what is above them by division, where
// General says that there may be more.
template <int DIM, typename OffsetT = size_t, bool General = true>
struct LoopedElemToLoc {
  int dim;
  LoopedElemToLoc<DIM - 1, OffsetT, General> inner_looper;
  OffsetT offset{0};
  int index{0};

  LoopedElemToLoc(int ndim) : dim(ndim), inner_looper(ndim - 1) {}

  void next(constant const int* shape, constant const int64_t* strides) {
    if (dim == 0) {
      return;
    }
    index++;
    offset += OffsetT(strides[dim - 1]);
    if (index >= shape[dim - 1]) {
      index = 0;
      inner_looper.next(shape, strides);
      offset = inner_looper.offset;
    }
  }

  void next(int n, constant const int* shape, constant const int64_t* strides) {
    if (dim == 0) {
      return;
    }
    int extent = shape[dim - 1];
    index += n;
    offset += n * OffsetT(strides[dim - 1]);
    if (index >= extent) {
      inner_looper.next(index / extent, shape, strides);
      index = index % extent;
      offset = inner_looper.offset + index * OffsetT(strides[dim - 1]);
    }
  }

  OffsetT location() { return offset; }
};

template <typename OffsetT>
struct LoopedElemToLoc<1, OffsetT, true> {
  int dim;
  OffsetT offset{0};
  uint index{0};

  LoopedElemToLoc(int ndim) : dim(ndim) {}

  void next(constant const int* shape, constant const int64_t* strides) {
    index++;
    if (dim > 1) {
      offset = elem_to_loc<OffsetT>(OffsetT(index), shape, strides, dim);
    } else {
      offset += OffsetT(strides[0]);
    }
  }

  void next(int n, constant const int* shape, constant const int64_t* strides) {
    index += n;
    if (dim > 1) {
      offset = elem_to_loc<OffsetT>(OffsetT(index), shape, strides, dim);
    } else {
      offset = index * OffsetT(strides[0]);
    }
  }

  OffsetT location() { return offset; }
};

template <typename OffsetT>
struct LoopedElemToLoc<1, OffsetT, false> {
  OffsetT offset{0};

  LoopedElemToLoc(int) {}

  void next(constant const int*, constant const int64_t* strides) { offset += OffsetT(strides[0]); }
  void next(int n, constant const int*, constant const int64_t* strides) { offset += n * OffsetT(strides[0]); }
  OffsetT location() { return offset; }
};

// Which rows tile number `tile` of height BM covers, and of which group; false past the last tile. Every lane of the
// simdgroup looks at one group.
template <int BM>
inline bool schedule_row_tile(
    const device int32_t* offsets,
    const int num_groups,
    const int M,
    const int tile,
    const uint simd_lane_id,
    thread int& row,
    thread int& group,
    thread short& rows) {
  int before = 0;
  for (int first = 0; first < num_groups; first += 32) {
    const int g = first + int(simd_lane_id);
    const int start = g < num_groups ? offsets[g] : M;
    const int end = g + 1 < num_groups ? offsets[g + 1] : M;
    const int tiles = (end - start + BM - 1) / BM;
    const int through = before + simd_prefix_inclusive_sum(tiles);
    const ushort owner = ushort(simd_sum(int(through <= tile)));
    if (owner < 32) {
      group = first + owner;
      row = simd_shuffle(start, owner) + (tile - simd_shuffle(through - tiles, owner)) * BM;
      rows = short(min(BM, simd_shuffle(end, owner) - row));
      return true;
    }
    before = simd_shuffle(through, 31);
  }
  return false;
}
