// MLX's constants.
// ember: output y = i32(4)
// ember: grid 1
// ember: expect y = [4, 4, 4096, 4]
y[0] = REDUCE_N_READS;
y[1] = SOFTMAX_N_READS;
y[2] = RMS_LOOPED_LIMIT;
y[3] = MAX_REDUCE_SPECIALIZED_DIMS;
