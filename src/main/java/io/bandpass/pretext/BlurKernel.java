package io.bandpass.pretext;

import io.bandpass.torch.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Blur kernel (method.md, Restoration tasks): a function of the offset p = (column, row) from the centre, divided by
 * its sum.
 *
 * <p>With q = p^T S^-1 p, S = R diag(sigma1^2, sigma2^2) R^T and R the rotation, a Gaussian is exp(-q / 2), a
 * generalised Gaussian exp(-q^beta / 2) and a plateau 1 / (1 + q^beta). A sinc kernel is the ideal circular low-pass
 * filter, omega J1(omega d) / (2 pi d) at distance d, truncated to the size.
 *
 * @param profile family of the function
 * @param size edge in pixels, odd
 * @param sigma1 in pixels, along the axis at the angle {@code rotation} from the rows; unused by sinc
 * @param sigma2 in pixels, along the other axis
 * @param rotation in radians
 * @param parameter beta of generalised Gaussians and plateaus, omega of sinc in radians per pixel; unused by a
 *     Gaussian
 */
record BlurKernel(Profile profile, int size, double sigma1, double sigma2, double rotation, double parameter) {
    enum Profile {
        GAUSSIAN("Gaussian"),
        GENERALISED("generalised Gaussian"),
        PLATEAU("plateau"),
        SINC("sinc");

        private final String word;

        Profile(String word) {
            this.word = word;
        }
    }

    static BlurKernel gaussian(int size, double sigma1, double sigma2, double rotation) {
        return new BlurKernel(Profile.GAUSSIAN, size, sigma1, sigma2, rotation, 1);
    }

    static BlurKernel sinc(int size, double omega) {
        return new BlurKernel(Profile.SINC, size, 1, 1, 0, omega);
    }

    /** Computes size x size values in row-major order, whose sum is 1. */
    double[] values() {
        double[] values = profile == Profile.SINC ? jinc() : ellipticalProfile();
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] /= sum;
        }
        return values;
    }

    private int column(int i) {
        return i % size - size / 2;
    }

    private int row(int i) {
        return i / size - size / 2;
    }

    private double[] ellipticalProfile() {
        double cos = Math.cos(rotation);
        double sin = Math.sin(rotation);
        double[] values = new double[size * size];
        for (int i = 0; i < values.length; i++) {
            // The columns of R are the axes of the ellipse.
            double first = (cos * column(i) + sin * row(i)) / sigma1;
            double second = (cos * row(i) - sin * column(i)) / sigma2;
            double q = first * first + second * second;
            values[i] = switch (profile) {
                case GENERALISED -> Math.exp(-Math.pow(q, parameter) / 2);
                case PLATEAU -> 1 / (1 + Math.pow(q, parameter));
                default -> Math.exp(-q / 2);
            };
        }
        return values;
    }

    private double[] jinc() {
        double[] distances = new double[size * size];
        double[] arguments = new double[size * size];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = Math.hypot(column(i), row(i));
            arguments[i] = parameter * distances[i];
        }
        double[] values = besselJ1(arguments);
        for (int i = 0; i < values.length; i++) {
            // J1(x) / x tends to 1/2.
            values[i] = distances[i] == 0
                    ? parameter * parameter / (4 * Math.PI)
                    : parameter * values[i] / (2 * Math.PI * distances[i]);
        }
        return values;
    }

    /** Bessel function of the first kind of order 1, in float64. */
    private static double[] besselJ1(double[] arguments) {
        try (PointerScope scope = new PointerScope()) {
            return Tensors.toDoubles(torch.special_bessel_j1(Tensor.create(arguments)));
        }
    }

    /** Returns a description such as "Gaussian blur, 15 px, sigma 5". */
    String describe() {
        StringBuilder text = new StringBuilder();
        text.append(profile.word).append(" blur, ").append(size).append(" px");
        if (profile == Profile.SINC) {
            return text.append(", cut-off ")
                    .append(ThreeDigits.shown(parameter))
                    .toString();
        }
        text.append(", sigma ").append(ThreeDigits.shown(sigma1));
        if (sigma1 != sigma2) {
            text.append(" x ").append(ThreeDigits.shown(sigma2));
            text.append(" at ").append(Math.round(Math.toDegrees(rotation))).append(" degrees");
        }
        if (profile != Profile.GAUSSIAN) {
            text.append(", beta ").append(ThreeDigits.shown(parameter));
        }
        return text.toString();
    }
}
