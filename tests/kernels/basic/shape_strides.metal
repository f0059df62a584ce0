// Generated shape, strides and ndim parameters; strides count elements.
// ember: input x = f32(2, 3, 4):arange
// ember: output y = i32(7)
// ember: grid 1
// ember: expect y = [2, 3, 4, 12, 4, 1, 3]
for (int d = 0; d < x_ndim; d++) {
    y[d] = x_shape[d];
    y[3 + d] = int(x_strides[d]);
}
y[6] = x_ndim;
