package io.bandpass.labelmap;

import io.bandpass.image.BadImageException;
import io.bandpass.image.ImageDecoder;
import io.bandpass.image.RgbImage;
import java.io.IOException;
import org.bytedeco.javacpp.PointerScope;

/** A shape of LabelMe. Lines and points are as thick as its own converter draws them. */
final class LabelMeShape {
    private static final double LINE_THICKNESS = 10;
    private static final double POINT_RADIUS = 5;
    private static final int TWO_CORNERS = 4;
    private static final int CHANNELS = 3;

    private String label = "";
    private String type = "polygon";
    private double[] points = {};
    private byte[] mask = {};

    private LabelMeShape() {}

    static LabelMeShape read(JsonPieces json) throws IOException, BadImageException {
        LabelMeShape shape = new LabelMeShape();
        json.object("shape", name -> shape.readField(json, name));
        return shape;
    }

    private void readField(JsonPieces json, String name) throws IOException, BadImageException {
        switch (name) {
            case "label" -> label = json.name("label");
            // Files of old versions have no type or none said: polygons.
            case "shape_type" -> type = json.isNull() ? type : json.name("shape_type");
            case "points" -> {
                NumberList numbers = new NumberList();
                json.numbers("points", numbers);
                points = numbers.toArray();
            }
            case "mask" -> mask = json.isNull() ? mask : json.binary("mask");
            default -> json.skip();
        }
    }

    String label() {
        return label;
    }

    void paint(LabelCanvas canvas, short id) throws BadImageException {
        switch (type) {
            case "polygon", "oriented_rectangle" -> canvas.polygon(points, id);
            case "rectangle" -> canvas.polygon(points.length == TWO_CORNERS ? rectangle() : points, id);
            case "circle" -> {
                requirePoints(2);
                canvas.disc(points[0], points[1], Math.hypot(points[2] - points[0], points[3] - points[1]), id);
            }
            case "line", "linestrip" -> {
                requirePoints(2);
                canvas.line(points, LINE_THICKNESS, id);
            }
            case "point", "points" -> {
                requirePoints(1);
                for (int i = 0; i < points.length; i += 2) {
                    canvas.disc(points[i], points[i + 1], POINT_RADIUS, id);
                }
            }
            case "mask" -> paintMask(canvas, id);
            default -> throw new BadImageException("is of the type '" + type + "', which is none of LabelMe's shapes");
        }
    }

    private double[] rectangle() {
        return new double[] {points[0], points[1], points[2], points[1], points[2], points[3], points[0], points[3]};
    }

    private void requirePoints(int count) throws BadImageException {
        if (points.length % 2 != 0 || points.length < 2 * count) {
            throw new BadImageException(
                    "has " + points.length + " coordinates, too few or an odd number for a " + type);
        }
    }

    /** Paints a mask, which lies with its corner at the first point. */
    private void paintMask(LabelCanvas canvas, short id) throws BadImageException {
        requirePoints(1);
        boolean[] inside;
        int width;
        try (PointerScope scope = new PointerScope()) {
            RgbImage image = ImageDecoder.read(mask, (long) canvas.height() * canvas.width());
            byte[] rgb = image.toBytes();
            width = image.width();
            inside = new boolean[rgb.length / CHANNELS];
            for (int i = 0; i < inside.length; i++) {
                inside[i] = rgb[i * CHANNELS] != 0;
            }
        } catch (BadImageException e) {
            throw new BadImageException("has a mask that cannot be used: " + e.reason());
        }
        canvas.stamp(inside, width, (int) points[0], (int) points[1], id);
    }
}
