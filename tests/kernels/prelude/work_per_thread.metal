// WorkPerThread<T>::n is 8 bytes of T; ConditionalType picks a type; is_complex_v.
// ember: output y = i32(5)
// ember: grid 1
// ember: expect y = [2, 8, 4, 1, 0]
y[0] = WorkPerThread<float>::n;
y[1] = WorkPerThread<uint8_t>::n;
y[2] = sizeof(ConditionalType<true, float, half>::type);
y[3] = is_complex_v<complex64_t>;
y[4] = is_complex_v<float>;
